"""Mail of the embedded default: a file per message that a mail program can open."""

from __future__ import annotations

import email
from email import policy

from django.core.mail import EmailMessage

from console.mail_files import EmailBackend


def test_each_mail_is_a_file_for_its_owner(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    mails = [
        EmailMessage(f"Échec {n}", "Texte", "a@example.com", ["b@example.com"]) for n in (1, 2)
    ]

    assert EmailBackend().send_messages(mails) == 2

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    read = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert read["Subject"] == "Échec 1"
    assert read["To"] == "b@example.com"
