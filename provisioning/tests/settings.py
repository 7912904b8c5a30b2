"""The settings of a test run: the product's own, read after the environment was made private."""

from __future__ import annotations

from provisioning.tests import environment  # isort: skip  before the settings read it
from console.settings import *  # noqa: F403  these are the settings

# The fastest hasher Django has: tests sign people in, nobody attacks them.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATA_FOLDER_OF_THIS_RUN = environment.FOLDER
# Pages and browser look at it on every database; an installation on PostgreSQL does not show it.
SHOW_STYLEGUIDE = True
