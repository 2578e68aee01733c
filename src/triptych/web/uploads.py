"""No page takes a file: otherwise any address with a form would write one of any size to the disk, before a login."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class NoFiles(FileUploadHandler):
    """Refuses a form that is larger than a form may be, and stops reading where a file begins."""

    def handle_raw_input(
        self, input_data: Any, meta: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        """Judge the size before anything is read. Raises ``RequestDataTooBig``."""
        del input_data, meta, boundary, encoding
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("a form has at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop at the first file."""
        del args, kwargs
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing."""
        del raw_data, start

    def file_complete(self, file_size: int) -> None:
        """There is no file."""
        del file_size
