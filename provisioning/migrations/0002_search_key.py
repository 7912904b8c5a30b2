"""What a search of people and groups compares, for everybody who is there already."""

from __future__ import annotations

from django.db import migrations, models

from provisioning.core.directory_keys import search_key

BATCH = 1_000


def fill(apps, schema_editor):
    directory = apps.get_model("provisioning", "DirectoryObject").objects
    batch = []
    for one in directory.only("source_id", "display_name", "user_name", "attributes").iterator():
        mail = one.attributes.get("mail")
        texts = (one.display_name, one.user_name, mail if isinstance(mail, str) else "")
        one.search_key = search_key(*texts, one.source_id)
        batch.append(one)
        if len(batch) == BATCH:
            directory.bulk_update(batch, ["search_key"])
            batch = []
    directory.bulk_update(batch, ["search_key"])


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="directoryobject",
            name="search_key",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
