"""The pages as a WSGI application, for granian: ``triptych.web.wsgi:application``."""

from django.core.wsgi import get_wsgi_application

from triptych.web.boot import start

start()
application = get_wsgi_application()
