"""Documents' bytes by content hash, in a folder or an S3 bucket; written once, never overwritten."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from copilot_server.errors import NotFound, ServiceUnavailable


class Blobs:
    """Keys are `tenant/hash`: equal content of two tenants is two blobs, so that deleting one tenant's is safe."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """`folder` is where the store keeps its files, where it is one."""
        self._store = store
        self._folder = folder

    @classmethod
    def at(cls, url: str) -> Blobs:
        """A folder's path, or a URL obstore knows (s3://bucket/prefix; credentials come from the environment)."""
        if "://" in url:
            return cls(from_url(url))
        folder = Path(url)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder), folder)

    async def put(self, tenant: str, data: bytes) -> str:
        """The content hash; content already there is left as it is. Raises ServiceUnavailable."""
        content_hash = hashlib.sha256(data).hexdigest()
        try:
            await obstore.put_async(self._store, _key(tenant, content_hash), data, mode="create")
        except AlreadyExistsError:
            return content_hash
        except (BaseError, OSError) as error:
            raise ServiceUnavailable(f"the blob store did not take {len(data)} bytes: {_reason(error)}") from error
        return content_hash

    def file(self, tenant: str, content_hash: str) -> Path | None:
        """Where the content lies on this machine, if it does: to be read or linked to, never written."""
        return None if self._folder is None else self._folder / _key(tenant, content_hash)

    async def get(self, tenant: str, content_hash: str) -> bytes:
        """Raises NotFound where the tenant has no such content, ServiceUnavailable where the store fails."""
        try:
            result = await obstore.get_async(self._store, _key(tenant, content_hash))
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise NotFound(f"no content {content_hash[:12]}…") from error
        except (BaseError, OSError) as error:
            raise ServiceUnavailable(f"the blob store did not answer: {_reason(error)}") from error

    async def delete(self, tenant: str, content_hash: str) -> None:
        """Deleting what is not there is no error."""
        try:
            await obstore.delete_async(self._store, _key(tenant, content_hash))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise ServiceUnavailable(f"the blob store did not delete: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """For whoever asked: neither the store's address nor the library's dump, which follow in its messages."""
    return re.split(r" ?https?://|\n", str(error), maxsplit=1)[0].strip()[:300]


def _key(tenant: str, content_hash: str) -> str:
    return f"{tenant}/{content_hash[:2]}/{content_hash}"
