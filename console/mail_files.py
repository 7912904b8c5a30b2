"""Mail on the embedded default: one `.eml` file per message, readable by any mail program."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Writes each message whole or not at all; the name begins with the time in UTC."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            stamp = timezone.now().strftime("%Y%m%dT%H%M%S.%f")
            target = folder / f"{stamp}-{secrets.token_hex(4)}.eml"
            draft = target.with_suffix(".part")
            draft.write_bytes(message.message().as_bytes())
            draft.chmod(0o600)
            draft.replace(target)
        return len(email_messages)
