# SPDX-License-Identifier: Apache-2.0
"""Certificates made by openssl, and their import into ACM."""
import pathlib
import subprocess


class Certificate:
    """A self-signed certificate of some names, in files."""

    def __init__(self, folder: pathlib.Path, *names: str, key: str = "rsa:2048", days: int = 2):
        stem = names[0].replace("*", "any")
        self.file, self.key = folder / f"{stem}.pem", folder / f"{stem}.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", key, "-nodes", "-days", str(days),
             "-subj", f"/CN={names[0]}", "-keyout", self.key, "-out", self.file,
             "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)],
            check=True, capture_output=True)
        self.pem = self.file.read_text()

    def import_into(self, acm, **more) -> str:
        """Its ARN."""
        return acm.import_certificate(Certificate=self.file.read_bytes(),
                                      PrivateKey=self.key.read_bytes(), **more)["CertificateArn"]
