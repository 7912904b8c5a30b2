"""The whole site map."""

from __future__ import annotations

from django.urls import path

from console.health import healthz, readyz
from console.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
