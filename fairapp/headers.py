"""Security headers of every answer: what a page may load, and who may frame it (nobody)."""

from flask import Flask, Response, request

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


# For the page that reads codes from the camera: the reader is WebAssembly. Nothing else may be evaluated.
SCANNER_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'").replace(
    "default-src 'self'", "default-src 'self'; worker-src 'self'; media-src 'self' blob:"
)

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


def register(app: Flask) -> None:
    """Add the headers to every answer of the app, but for those that it has already."""

    @app.after_request
    def add(response: Response) -> Response:
        wanted = dict(ALWAYS)
        if request.is_secure:
            wanted["Strict-Transport-Security"] = "max-age=31536000"
        if not request.path.startswith("/static/"):
            wanted["Cache-Control"] = "no-store" if response.status_code >= 400 else "no-cache"
            wanted["Vary"] = "Cookie, Accept-Language"
        there = {name.lower() for name, _ in response.headers}
        for name, value in wanted.items():
            if name.lower() not in there:
                response.headers.add(name, value)
        if "vary" in there and "Vary" in wanted:
            response.vary.update(["Cookie", "Accept-Language"])
        return response
