"""Whom may a mail server claim to be? Certificates of an authority that lives as long as a test run."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

GOOD, EXPIRED, ELSEWHERE, SELF_SIGNED = "good", "expired", "elsewhere", "self-signed"
_NAMES = {
    GOOD: "DNS:localhost,IP:127.0.0.1",
    EXPIRED: "DNS:localhost,IP:127.0.0.1",
    ELSEWHERE: "DNS:mail.elsewhere.example",
}


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority in a folder: `ca.pem`, and for each certificate a chain file with its key before it."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def chain(self, name: str) -> Path:
        """What a server is given as key and certificate."""
        return self.folder / f"{name}.pem"

    def make(self) -> Authority:
        """The authority and one certificate of each kind, with the command openssl."""
        self._self_signed("ca", "/CN=Test authority", "basicConstraints=critical,CA:true")
        (self.folder / "ca.pem").write_text((self.folder / "ca.crt").read_text())
        for name, names in _NAMES.items():
            self._signed(name, names, days=-1 if name == EXPIRED else 2)
        self._self_signed(SELF_SIGNED, "/CN=localhost", f"subjectAltName={_NAMES[GOOD]}")
        self._write_chain(SELF_SIGNED)
        return self

    def _self_signed(self, name: str, subject: str, extension: str) -> None:
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                  "-subj", subject, "-addext", extension, "-keyout", f"{name}.key", "-out", f"{name}.crt")  # fmt: skip

    def _signed(self, name: str, names: str, days: int) -> None:
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self._run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                  "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.crt")  # fmt: skip
        self._write_chain(name)

    def _write_chain(self, name: str) -> None:
        self.chain(name).write_text("".join((self.folder / f"{name}.{end}").read_text() for end in ("key", "crt")))

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
