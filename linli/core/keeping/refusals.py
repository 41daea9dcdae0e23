"""Why a backup, a restore or a move is not done. Told to operators at the terminal: what happened, why, what to do."""

# untranslated: told to operators and authors of forms

from __future__ import annotations

from linli.core.http import Refused


class KeepingRefused(Refused):
    code = "keeping.refused"


class NobodyToSealFor(KeepingRefused):
    code = "keeping.nobody_to_seal_for"
    message = (
        "备份要加密，还没有说用哪把公钥。先运行 linli backup new-key 文件名，把打印出来的 age1… 写进"
        " LINLI_BACKUP_RECIPIENTS（或者用 --recipient 给出）；私钥文件请存到这台机器以外的地方。"
    )


class BadRecipient(KeepingRefused):
    code = "keeping.bad_recipient"
    message = "“%(text)s”不是 age 公钥。公钥以 age1 开头，linli backup new-key 会打印出来。"


class BadIdentity(KeepingRefused):
    code = "keeping.bad_identity"
    message = "%(path)s 里没有可用的私钥（AGE-SECRET-KEY-1… 一行），或者口令不对。"


class WrongKey(KeepingRefused):
    code = "keeping.wrong_key"
    message = "这把私钥打不开 %(path)s：它是给别的公钥加密的。请换当时那把私钥。什么都没有改动。"


class Damaged(KeepingRefused):
    code = "keeping.damaged"
    message = "%(path)s 不完整或者被改动过（%(what)s）。请换另一份备份。什么都没有改动。"


class NoBackup(KeepingRefused):
    code = "keeping.no_backup"
    message = "%(path)s 不是 Linli 的备份（%(what)s）。"


class FromNewerVersion(KeepingRefused):
    code = "keeping.from_newer_version"
    message = "这份备份是 Linli %(theirs)s 做的，比这里的 %(ours)s 新（这里没有：%(what)s）。请先升级程序，再恢复。什么都没有改动。"


class OtherKindOfDatabase(KeepingRefused):
    code = "keeping.other_kind_of_database"
    message = (
        "备份里是 %(theirs)s 数据库，这里设置的是 %(ours)s。请把 LINLI_DATABASE_URL 设成同一种再恢复；"
        "要从 SQLite 换到 PostgreSQL，恢复之后用 linli move。"
    )


class HoldsData(KeepingRefused):
    code = "keeping.holds_data"
    message = "目标数据库里已经有数据（%(tables)s），不会覆盖。请换一个空的数据库，或者先把原来的移走。什么都没有改动。"


class FilesDiffer(KeepingRefused):
    code = "keeping.files_differ"
    message = (
        "%(folder)s 里有 %(count)s 个文件和备份里的同名、内容不同（例如 %(example)s）。请先把它们移走。什么都没有改动。"
    )


class NoKeyRing(KeepingRefused):
    code = "keeping.no_key_ring"
    message = (
        "这里没有钥匙串，恢复出来的个人信息和文件谁也打不开。请把 keys.json 放回 %(path)s，"
        "或者用 --keys 给出 linli backup keys 存的文件。什么都没有改动。"
    )


class OtherKeyRing(KeepingRefused):
    code = "keeping.other_key_ring"
    message = (
        "这里的钥匙串打不开备份里加密的内容（缺少或不同：%(keys)s）。请换做备份时的钥匙串，"
        "或者用 --keys 给出当时存的文件。什么都没有改动。"
    )


class KeyRingInTheWay(KeepingRefused):
    code = "keeping.key_ring_in_the_way"
    message = "%(path)s 已经有一串钥匙，和 --keys 里的不同。请先把它移走并另存。什么都没有改动。"


class TargetExists(KeepingRefused):
    code = "keeping.target_exists"
    message = "%(path)s 已经存在，不会覆盖。请换一个名字，或者给一个文件夹。"


class FileMissing(KeepingRefused):
    code = "keeping.file_missing"
    message = (
        "数据库里登记的 %(count)s 个文件不在 %(folder)s（例如 %(example)s）。请先运行 linli doctor --all 看是哪些；"
        "一定要照现状备份时，加 --incomplete，清单里会写明缺什么。"
    )


class ToolFailed(KeepingRefused):
    code = "keeping.tool_failed"
    message = "%(tool)s 没有做完：%(what)s"


class NotTheSame(KeepingRefused):
    code = "keeping.not_the_same"
    message = "恢复出来的和清单不一致：%(what)s。%(then)s"


class ChainBroken(KeepingRefused):
    code = "keeping.chain_broken"
    message = "审计链断在：%(what)s。%(then)s"


class NotMovable(KeepingRefused):
    code = "keeping.not_movable"
    message = "%(what)s。什么都没有改动。"


class MigrationsDiffer(KeepingRefused):
    code = "keeping.migrations_differ"
    message = "两边的表不是同一个版本（%(what)s）。请先在两边运行 linli django migrate。什么都没有改动。"


class UnknownTables(KeepingRefused):
    code = "keeping.unknown_tables"
    message = "SQLite 里有程序不认识的表，里面有数据（%(tables)s）。请先弄清它们是什么，移走之后再搬。什么都没有改动。"


class DoesNotFit(KeepingRefused):
    code = "keeping.does_not_fit"
    message = "%(table)s 里有 PostgreSQL 不收的内容：%(what)s。%(then)s"


class TriggersMissing(KeepingRefused):
    code = "keeping.triggers_missing"
    message = "PostgreSQL 那边少了防改的触发器：%(names)s。%(then)s"


class TermNotUnderstood(KeepingRefused):
    code = "keeping.term_not_understood"
    message = "LINLI_RETENTION_DAYS 里的“%(text)s”读不懂。每一项写成 名字=天数，用逗号隔开，例如 casework.drafts=60。什么都没有删。"


class UnknownTerm(KeepingRefused):
    code = "keeping.unknown_term"
    message = "LINLI_RETENTION_DAYS 里的“%(name)s”没有可以设的期限。可以设的有：%(names)s。什么都没有删。"


class TermTooShort(KeepingRefused):
    code = "keeping.term_too_short"
    message = "LINLI_RETENTION_DAYS 里 %(name)s 只写了 %(days)s 天，至少要 %(at_least)s 天（%(source)s）。请改长一些。什么都没有删。"


class NoScratch(KeepingRefused):
    code = "keeping.no_scratch"
    message = (
        "数据库的角色 %(role)s 不能建数据库，没有地方试恢复。请用数据库管理员的身份建一个空的："
        "createdb --owner %(role)s --template template0 --encoding UTF8 linli_try，"
        "再加上 --scratch postgres://…/linli_try；用完 dropdb linli_try。备份没有打开，什么都没有改动。"
    )


class OnlyPostgres(KeepingRefused):
    code = "keeping.only_postgres"
    message = "跟着日志走的备份是 PostgreSQL 的；这里是 SQLite，请用 linli backup。"


class NoBase(KeepingRefused):
    code = "keeping.no_base"
    message = "%(folder)s 里没有能用的基础备份（base-….age）%(what)s。什么都没有改动。"


class PlaceTaken(KeepingRefused):
    code = "keeping.place_taken"
    message = "%(path)s 已经有东西，不会覆盖。请给一个不存在的或者空的文件夹。什么都没有改动。"


class NotAsRoot(KeepingRefused):
    code = "keeping.not_as_root"
    message = (
        "PostgreSQL 不能用 root 运行，%(path)s 却是 root 的。请放到 PostgreSQL 的用户的文件夹里（例如 chown postgres），"
        "或者用那个用户运行这个命令。什么都没有改动。"
    )


class LogIncomplete(KeepingRefused):
    code = "keeping.log_incomplete"
    message = "日志到不了要恢复的时刻：%(what)s。恢复到一半的数据已经删掉，原来的备份没有改动。"
