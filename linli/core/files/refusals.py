"""What is wrong with an upload, in a sentence."""

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused


class FileRefused(Refused):
    """The upload is not taken. Nothing of it is kept."""

    code = "files.refused"


class EmptyFile(FileRefused):
    code = "files.empty"
    message = _("这个文件是空的。请重新选一个。")


class TooLarge(FileRefused):
    code = "files.too_large"
    message = _("这个文件有 %(size)s MB，太大了，最大收 %(limit)s MB。照片可以在手机里选“中等大小”再传。")
    status = 413


class RequestTooLarge(FileRefused):
    code = "files.request_too_large"
    message = _("一次传的东西有 %(size)s MB，太大了，最多收 %(limit)s MB，所以一样也没有收。请分几次传。")
    status = 413


class NotTaken(FileRefused):
    code = "files.not_taken"
    message = _("这里不收这种文件（%(found)s），只收：%(kinds)s。")


class NotRecognised(FileRefused):
    code = "files.not_recognised"
    message = _("看不出这是什么文件。这里收：%(kinds)s。")


class HeicNotTaken(NotTaken):
    message = _(
        "这是苹果手机的 HEIC 照片，这里打不开。请在手机“设置 › 相机 › 格式”里选“兼容性最佳”再拍，"
        "或者把照片截一张屏再传。"
    )


class NotWhatItClaims(FileRefused):
    code = "files.not_what_it_claims"
    message = _("文件名说它是：%(claimed)s；里面其实是：%(found)s。请传原来的文件，不要改文件名。")


class BrokenFile(FileRefused):
    code = "files.broken"
    message = _("这个文件（%(found)s）打不开，可能没有传完整。请重新拍一张或者重新导出再传。")


class TooManyPixels(FileRefused):
    code = "files.too_many_pixels"
    message = _("这张图有 %(width)s × %(height)s 个点，太大了，打不开。请用手机普通模式再拍一张。")


class LockedPdf(FileRefused):
    code = "files.locked_pdf"
    message = _("这个 PDF 加了密码，我们打不开。请去掉密码再传。")


class ActivePdf(FileRefused):
    code = "files.active_pdf"
    message = _("这个 PDF 里藏着会自己运行的内容，为了安全不能收。请打印成新的 PDF，或者拍照再传。")


class AttachedPdf(ActivePdf):
    code = "files.attached_pdf"
    message = _("这个 PDF 里还夹带着别的文件，为了安全不能收。请打印成新的 PDF，或者拍照再传。")


class Infected(FileRefused):
    code = "files.infected"
    message = _("这个文件里查出了病毒，不能收。请先给手机或电脑杀毒，再用原来的照片或者打印件重新拍一张。")


class ScannerAway(FileRefused):
    code = "files.scanner_away"
    message = _("查病毒的系统现在没有应答，所以这个文件没有收。请过几分钟再传，填好的内容都还在。")
    status = 503


class NotScannedYet(FileRefused):
    code = "files.not_scanned_yet"
    message = _("这个文件还在等着查病毒，查过才能打开。请过几分钟再看。")
    status = 409


class ActiveDocument(FileRefused):
    code = "files.active_document"
    message = _("这个文档里有宏（会自己运行的内容），为了安全不能收。请另存为不带宏的文档再传。")
