"""The kinds of files we take: how they are called, claimed and recognised."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Kind:
    """media_type: the one we store and serve. claims: media types and extensions under which it may be sent."""

    code: str
    label: object
    media_type: str
    extension: str
    claims: frozenset[str]
    is_image: bool = False

    def __str__(self) -> str:
        return str(self.label)


def _kind(code: str, label: object, media_type: str, claims: str, *, is_image: bool = False) -> Kind:
    return Kind(code, label, media_type, claims.split()[0], frozenset({media_type, *claims.split()}), is_image)


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        _kind("pdf", _("PDF 文件"), "application/pdf", ".pdf application/x-pdf"),
        _kind("jpeg", _("JPEG 照片"), "image/jpeg", ".jpg .jpeg .jfif .jpe image/jpg image/pjpeg", is_image=True),
        _kind("png", _("PNG 图片"), "image/png", ".png image/x-png", is_image=True),
        _kind("webp", _("WebP 图片"), "image/webp", ".webp", is_image=True),
        _kind(
            "docx",
            _("Word 文档"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".docx application/zip",
        ),
        _kind(
            "xlsx",
            _("Excel 表格"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx application/zip",
        ),
    )
}

PHOTOS_AND_PDF = ("jpeg", "png", "webp", "pdf")
"""What a material may be, unless told otherwise."""

OTHERS = {
    "image/heic": _("HEIC 照片"),
    "image/heif": _("HEIC 照片"),
    "image/gif": _("GIF 动图"),
    "image/tiff": _("TIFF 图片"),
    "image/bmp": _("BMP 图片"),
    "application/zip": _("压缩包"),
    "application/x-rar-compressed": _("压缩包"),
    "application/x-7z-compressed": _("压缩包"),
    "application/msword": _("旧版 Word 文档"),
    "application/vnd.ms-excel": _("旧版 Excel 表格"),
    "application/x-msdownload": pgettext_lazy("a kind of file", "程序"),
    "application/x-executable": pgettext_lazy("a kind of file", "程序"),
    "video/mp4": _("视频"),
    "video/quicktime": _("视频"),
}
"""What else people send, by media type, and how we call it when we say no."""

_by_claim = {claim: kind for kind in KINDS.values() for claim in kind.claims if claim != "application/zip"}


def claimed_as(claim: str) -> Kind | None:
    """Return the kind that a media type or an extension (".jpg") claims, None where it claims none that we know."""
    return _by_claim.get(claim.lower())
