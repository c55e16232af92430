"""A server that answers with what it was asked."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        token = len(self.headers.get("x-vercel-oidc-token", "").split("."))
        self.send_response(503)
        self.end_headers()
        self.wfile.write(json.dumps({"path": self.path, "body": body, "token": token}).encode())


HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
