"""What nginx is told: one address for several servers, each student with one of them.

A cookie names the server that a student is with. It is set on pages and on the answer that opens
the socket, and it names the server that has answered, not the one that was asked: when a server
has died, the student's next socket is with another, and everything after it follows. A cookie
that is hashed would not: the socket would be with one server, the files with another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lmm_cli.serving.settings import Settings

COOKIE = "lmm_process"
# A student holds one connection, nginx another to the server; both count.
CONNECTIONS = 8192
# Streamlit's own files have a hash of their content in their names.
KEPT = "public, immutable, max-age=31536000"
KINDS = (
    ("text/css", "css"),
    ("text/html", "html"),
    ("application/javascript", "js mjs"),
    ("application/json", "json map"),
    ("application/wasm", "wasm"),
    ("image/svg+xml", "svg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/x-icon", "ico"),
    ("font/woff2", "woff2"),
    ("font/woff", "woff"),
    ("font/ttf", "ttf"),
)
SHORTENED = "text/css application/javascript application/json application/wasm image/svg+xml"


@dataclass(frozen=True, slots=True)
class Front:
    """What stands in front.

    Attributes:
        folder: for the number of its process, its log and what it puts aside.
        listen: addresses and ports, as nginx writes them.
        ports: of the servers, on this machine's own address.
        settings: of each server.
        user: whose rights nginx has when root starts it; "" when no one else does.
    """

    folder: Path
    listen: Sequence[str]
    ports: Sequence[int]
    settings: Settings
    user: str = ""


def configuration(front: Front) -> str:
    """The text of nginx's configuration."""
    return "\n".join([_process(front), "http {", _http(front), _server(front), "}", ""])


def _process(front: Front) -> str:
    user = f"user {front.user};\n" if front.user else ""
    return f"""{user}daemon off;
worker_processes 1;
pid {_quoted(front.folder / "nginx.pid")};
error_log {_quoted(front.folder / "error.log")} crit;
events {{ worker_connections {CONNECTIONS}; }}"""


def _http(front: Front) -> str:
    aside = "\n".join(
        f"{name}_temp_path {_quoted(front.folder / name)};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    kinds = "\n".join(f"  {kind} {ends};" for kind, ends in KINDS)
    return f"""access_log off;
server_tokens off;
{aside}
types {{
{kinds}
}}
default_type application/octet-stream;
# A server that is told twice what it has taken would do it twice; a file may be sent again.
proxy_next_upstream error;
proxy_http_version 1.1;
proxy_read_timeout 300s;
# Nor is what is downloaded: it may be somebody's data.
proxy_max_temp_file_size 0;
# The name that the browser knows: the server compares it with where a socket is opened from.
proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $forwarded_proto;
map $http_x_forwarded_proto $forwarded_proto {{ default $http_x_forwarded_proto; "" $scheme; }}
{_upstreams(front)}"""


def _upstreams(front: Front) -> str:
    """The servers by name, which of them is asked, and the cookie of the one that answers."""
    ports, settings = front.ports, front.settings
    named = {f"p{number}": port for number, port in enumerate(ports, 1)}
    secure = "; Secure" if settings.same_site == "none" else ""
    who = settings.same_site.capitalize()
    place = f"Path={settings.base or '/'}; HttpOnly; SameSite={who}{secure}"
    lines = ["# Who has answered: the last of those that were asked."]
    lines += ["map $upstream_addr $cookie_of_who_answered {", '  default "";']
    for name, port in named.items():
        lines += [f'  "~127\\.0\\.0\\.1:{port}$" "{COOKIE}={name}; {place}";']
    lines += ["}"]
    for chosen, otherwise in (("for_page", "least_busy"), ("for_rest", "by_hash")):
        lines += [f"map $cookie_{COOKIE} ${chosen} {{", f"  default {otherwise};"]
        lines += [f"  {name} only_{name};" for name in named]
        lines += ["}"]
    # None is ever counted as failed: on this machine a dead one refuses at once, and while nginx
    # tries whether one has come back, it would send everything else meant for it to another.
    asked = {port: f"  server 127.0.0.1:{port} max_fails=0" for port in ports}
    all_of_them = [f"{words};" for words in asked.values()]
    lines += ["# A class behind one address with one kind of laptop is spread over all."]
    lines += ["upstream least_busy {", "  least_conn;", *all_of_them, "}"]
    lines += ["# A browser that keeps no cookie is with one for everything else."]
    sign = "$http_x_forwarded_for$remote_addr$http_user_agent"
    lines += ["upstream by_hash {", f'  hash "{sign}" consistent;', *all_of_them, "}"]
    for name, port in named.items():
        others = [f"{words} backup;" for other, words in asked.items() if other != port]
        lines += [f"upstream only_{name} {{", f"{asked[port]};", *others, "}"]
    return "\n".join(lines)


def _server(front: Front) -> str:
    base = front.settings.base
    listens = "\n".join(f"listen {one};" for one in front.listen)
    cookie = "add_header Set-Cookie $cookie_of_who_answered always;"
    return f"""server {{
{listens}
server_name _;
# The server says no at the file's own size; what is around it in the request is little.
client_max_body_size {front.settings.upload_mb + 1}m;
location / {{
  proxy_pass http://$for_page;
  {cookie}
}}
location {base}/_stcore/ {{
  proxy_pass http://$for_rest;
  # Uploads pass through: they are never on a disk.
  proxy_request_buffering off;
}}
location {base}/media/ {{ proxy_pass http://$for_rest; }}
location {base}/component/ {{ proxy_pass http://$for_rest; }}
location = {base}/_stcore/stream {{
  proxy_pass http://$for_rest;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $forwarded_proto;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  # The server sends a sign of life every half minute.
  proxy_read_timeout 1h;
  proxy_send_timeout 1h;
  {cookie}
}}
# It runs the whole page: it is for who runs the server.
location = {base}/_stcore/script-health-check {{ return 403; }}
location = {base}/_stcore/metrics {{ return 403; }}
location {base}/static/ {{
  alias {_quoted(f"{front.settings.static}/static/")};
  add_header Cache-Control "{KEPT}";
  gzip on;
  gzip_vary on;
  gzip_comp_level 4;
  gzip_min_length 1000;
  gzip_types {SHORTENED};
}}
}}"""


def _quoted(path: Path | str) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
