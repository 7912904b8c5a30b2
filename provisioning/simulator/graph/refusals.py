"""What the tenant answers instead of data: Graph's error object, with its code and status."""

from __future__ import annotations


class Refusal(Exception):
    """One refusal as Graph words it."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[str, str]) -> None:
        """Keep status, code, message and what the headers say beside them."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    def body(self, date: str, request_id: str, client_request_id: str) -> dict[str, object]:
        """Return the error object (the outermost key is `error`)."""
        inner = {"date": date, "request-id": request_id, "client-request-id": client_request_id}
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


def bad_request(message: str) -> Refusal:
    """Return what a wrong query option is answered with."""
    return Refusal(400, "Request_BadRequest", message)


def not_found(identifier: str, of: str = "") -> Refusal:
    """Return what an unknown id, or a reference that is not set, is answered with."""
    message = (
        f"Resource '{of}' does not exist or one of its queried reference-property objects"
        " are not present."
    )
    return Refusal(404, "Request_ResourceNotFound", message.replace("''", f"'{identifier}'"))
