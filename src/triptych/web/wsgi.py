"""The pages as a WSGI application, for granian: ``triptych.web.wsgi:application``."""

from triptych.web.boot import start

start()

from django.core.wsgi import get_wsgi_application  # noqa: E402  Django must know its settings first

application = get_wsgi_application()
