"""Django's settings, read from the environment that runtime prepared."""

SECRET_KEY = "not-used-yet"  # noqa: S105  replaced when the registry arrives
INSTALLED_APPS: list[str] = []
USE_TZ = True
