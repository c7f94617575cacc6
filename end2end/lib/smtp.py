"""A mail server on loopback that delivers to its standard output: one JSON object a line for each mail.

    smtp.py --listen HOST:PORT
"""

import argparse
import asyncio
import email
import email.policy
import json

from aiosmtpd.smtp import SMTP


class Printer:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"}
        line = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": mail["subject"],
            "text": parts.get("text/plain"),
            "html": parts.get("text/html"),
        }
        print(json.dumps(line), flush=True)
        return "250 kept"


async def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--listen", required=True)
    host, port = arguments.parse_args().listen.rsplit(":", 1)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Printer(), enable_SMTPUTF8=True), host, int(port))
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
