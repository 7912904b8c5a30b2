"""One timer for every way to leave; those of people who are gone for good run on."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def keep_timers(apps: Any, schema_editor: Any) -> None:
    """Due at once, so that the next cycle decides them by the rules that hold."""
    links = apps.get_model("provisioning", "Link").objects
    for link in links.filter(gone_since__isnull=False).iterator():
        link.left = {"hard_deleted": link.gone_since.isoformat()}
        link.delete_at = link.gone_since
        link.save(update_fields=["left", "delete_at"])


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0011_probe")]

    operations = [
        migrations.AddField("link", "left", models.JSONField(default=dict)),
        migrations.AddField("link", "delete_at", models.DateTimeField(null=True)),
        migrations.RunPython(keep_timers, migrations.RunPython.noop),
        migrations.RemoveIndex("link", "link_gone"),
        migrations.RemoveField("link", "gone_since"),
        migrations.AddIndex(
            "link",
            models.Index(
                fields=["job", "delete_at"],
                name="link_timer",
                condition=models.Q(("delete_at__isnull", False)),
            ),
        ),
    ]
