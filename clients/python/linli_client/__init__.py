"""The client of Linli's interface: one method for each operation.

Written by scripts/write_client.py from the document of the interface: change that, not this."""

from __future__ import annotations

from typing import Any, Literal, cast

from linli_client import models
from linli_client.transport import Answer, Problem, Send, Transport, Upload, new_key, pages, segment

__all__ = ["Answer", "Linli", "Problem", "Send", "Transport", "Upload", "models", "new_key", "pages"]


class Linli:
    """A server and a registered program: `Linli(Transport("https://…", client_id, client_secret))`."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def list_audit_readings(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "kind", "subject_id", "purpose", "confirmed_by_name", "opened_at", "ends_at"]]
        | None = None,
    ) -> models.ReadingOutPage:
        """The log entries that I may read.

        List what is open to me now, newest first.

        Scopes: audit.read.
        """
        return cast(
            "models.ReadingOutPage",
            self.transport.call(
                "GET", f"/api/v1/audit-readings", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def ask_audit_reading(self, body: models.ReadingIn) -> models.AskedOut:
        """Ask to read the log.

        Ask to read what the log says of one subject; opened at once where one person is enough.

        Scopes: audit.read.
        """
        return cast("models.AskedOut", self.transport.call("POST", f"/api/v1/audit-readings", body=body).read())

    def read_audit_entries(
        self,
        reading_id: str,
        *,
        after: str | None = None,
        fields: list[
            Literal[
                "id", "at", "action", "label", "actor_kind", "actor_role", "actor_division", "acting_for", "purpose"
            ]
        ]
        | None = None,
    ) -> models.EntryOutPage:
        """Read the audit log.

        Show the entries of one subject, newest first. Looking is an entry too.

        Scopes: audit.read.
        """
        return cast(
            "models.EntryOutPage",
            self.transport.call(
                "GET", f"/api/v1/audit-readings/{segment(reading_id)}/entries", query={"after": after, "fields": fields}
            ).read(),
        )

    def list_countersignatures(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        state: Literal["waiting", "confirmed", "refused", "withdrawn"] | None = None,
        fields: list[
            Literal[
                "id",
                "act",
                "label",
                "what",
                "state",
                "asked_by_name",
                "asked_at",
                "expires_at",
                "settled_by_name",
                "settled_at",
                "reason",
                "is_mine",
            ]
        ]
        | None = None,
    ) -> models.CountersignatureOutPage:
        """What waits for a second person.

        List what waits for a second person and what became of it, newest first: one's own, and what one may confirm.

        Scopes: countersign.see.
        """
        return cast(
            "models.CountersignatureOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/countersignatures",
                query={"limit": limit, "after": after, "state": state, "fields": fields},
            ).read(),
        )

    def get_countersignature(
        self,
        countersignature_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "act",
                "label",
                "what",
                "state",
                "asked_by_name",
                "asked_at",
                "expires_at",
                "settled_by_name",
                "settled_at",
                "reason",
                "is_mine",
            ]
        ]
        | None = None,
    ) -> models.CountersignatureOut:
        """Show something that waits for a second person.

        Show what is to be done, and who asked for it.

        Scopes: countersign.see.
        """
        return cast(
            "models.CountersignatureOut",
            self.transport.call(
                "GET", f"/api/v1/countersignatures/{segment(countersignature_id)}", query={"fields": fields}
            ).read(),
        )

    def confirm_countersignature(self, countersignature_id: str) -> models.CountersignatureOut:
        """Confirm as the second person.

        Confirm what another has asked for: it is done at once, with the asker's rights as they are now.

        Scopes: countersign.see.
        """
        return cast(
            "models.CountersignatureOut",
            self.transport.call(
                "POST", f"/api/v1/countersignatures/{segment(countersignature_id)}/confirmation"
            ).read(),
        )

    def refuse_countersignature(self, countersignature_id: str, body: models.RefusalIn) -> models.CountersignatureOut:
        """Refuse as the second person.

        Say no to what another has asked for, with a reason that she reads.

        Scopes: countersign.see.
        """
        return cast(
            "models.CountersignatureOut",
            self.transport.call(
                "POST", f"/api/v1/countersignatures/{segment(countersignature_id)}/refusal", body=body
            ).read(),
        )

    def withdraw_countersignature(self, countersignature_id: str) -> models.CountersignatureOut:
        """Take back what I have asked for.

        Take back what one has asked for: nothing has changed.

        Scopes: countersign.see.
        """
        return cast(
            "models.CountersignatureOut",
            self.transport.call("POST", f"/api/v1/countersignatures/{segment(countersignature_id)}/withdrawal").read(),
        )

    def list_divisions(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        parent: str | None = None,
        level: Literal["province", "city", "county", "township", "community"] | None = None,
        county: str | None = None,
        on: str | None = None,
        fields: list[
            Literal["id", "code", "name", "short_name", "level", "kind", "county_code", "valid_from", "valid_to"]
        ]
        | None = None,
    ) -> models.DivisionRowPage:
        """List divisions.

        List divisions in force on a day (today), by code.
        """
        return cast(
            "models.DivisionRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/divisions",
                query={
                    "limit": limit,
                    "after": after,
                    "parent": parent,
                    "level": level,
                    "county": county,
                    "on": on,
                    "fields": fields,
                },
            ).read(),
        )

    def search_divisions(
        self,
        *,
        q: str,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal["id", "code", "name", "short_name", "level", "kind", "county_code", "valid_from", "valid_to"]
        ]
        | None = None,
    ) -> models.DivisionRowPage:
        """Find divisions by name or code.

        Find divisions in force whose name holds a text, or whose code begins with it.
        """
        return cast(
            "models.DivisionRowPage",
            self.transport.call(
                "GET", f"/api/v1/divisions/search", query={"limit": limit, "after": after, "q": q, "fields": fields}
            ).read(),
        )

    def get_division(
        self,
        code: str,
        *,
        on: str | None = None,
        fields: list[
            Literal[
                "id",
                "code",
                "name",
                "short_name",
                "level",
                "kind",
                "county_code",
                "valid_from",
                "valid_to",
                "full_name",
                "above",
                "counts",
            ]
        ]
        | None = None,
    ) -> models.DivisionOut:
        """Show a division.

        Show the division that bears a code on a day (today).
        """
        return cast(
            "models.DivisionOut",
            self.transport.call("GET", f"/api/v1/divisions/{segment(code)}", query={"on": on, "fields": fields}).read(),
        )

    def list_successors(
        self,
        code: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal["id", "code", "name", "short_name", "level", "kind", "county_code", "valid_from", "valid_to"]
        ]
        | None = None,
    ) -> models.DivisionRowPage:
        """What a division became.

        List the divisions in force today that a code has led to through every change; none for one never borne.
        """
        return cast(
            "models.DivisionRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/divisions/{segment(code)}/successors",
                query={"limit": limit, "after": after, "fields": fields},
            ).read(),
        )

    def import_divisions(
        self,
        *,
        file: Upload,
        on: str | None | None = None,
        complete: Literal["true", "false"] | None = None,
        dry_run: Literal["true", "false"] | None = None,
    ) -> models.ImportOut:
        """Load a list of divisions.

        Try a list of divisions (CSV), or with dry_run=false load it: all of it or nothing; each wrong line is named.

        complete: what the list does not name ends on that day. Loading the same list again changes nothing.

        Scopes: territory.import.
        """
        return cast(
            "models.ImportOut",
            self.transport.call(
                "POST",
                f"/api/v1/division-lists",
                form={"file": file, "on": on, "complete": complete, "dry_run": dry_run},
            ).read(),
        )

    def list_permissions(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        role: str | None = None,
        fields: list[Literal["code", "label", "roles"]] | None = None,
    ) -> models.PermissionOutPage:
        """Who may do what.

        List what may be done and by which roles, as the code has it.
        """
        return cast(
            "models.PermissionOutPage",
            self.transport.call(
                "GET", f"/api/v1/permissions", query={"limit": limit, "after": after, "role": role, "fields": fields}
            ).read(),
        )

    def list_staff(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        q: str | None = None,
        fields: list[Literal["id", "username", "name", "is_active"]] | None = None,
    ) -> models.StaffRowPage:
        """List staff.

        List the staff within reach; q looks in name and user name, a whole telephone number finds its owner.

        Scopes: accounts.view_staff.
        """
        return cast(
            "models.StaffRowPage",
            self.transport.call(
                "GET", f"/api/v1/staff", query={"limit": limit, "after": after, "q": q, "fields": fields}
            ).read(),
        )

    def create_staff(self, body: models.StaffIn) -> models.NewStaffOut:
        """Make an account.

        Make an account with its first role; its password is shown once. A user name is taken once, so is this request.

        Scopes: accounts.create_staff.
        """
        return cast("models.NewStaffOut", self.transport.call("POST", f"/api/v1/staff", body=body).read())

    def get_staff(
        self,
        account_id: str,
        *,
        fields: list[Literal["id", "username", "name", "phone", "is_active", "must_change_password", "roles"]]
        | None = None,
    ) -> models.StaffOut:
        """Show a member of staff.

        Show a member of staff with her roles, past, present and to come.

        Scopes: accounts.view_staff.
        """
        return cast(
            "models.StaffOut",
            self.transport.call("GET", f"/api/v1/staff/{segment(account_id)}", query={"fields": fields}).read(),
        )

    def give_role(self, account_id: str, body: models.RoleIn) -> models.RoleOut:
        """Give a role.

        Give a role at a division from a day until a day. The same role is not given twice for one time.

        Scopes: accounts.give_role.
        """
        return cast(
            "models.RoleOut",
            self.transport.call("POST", f"/api/v1/staff/{segment(account_id)}/roles", body=body).read(),
        )

    def end_role(self, role_id: str, body: models.EndIn) -> models.RoleOut:
        """End a role.

        End a role; its delegations end with it.

        Scopes: accounts.end_role.
        """
        return cast(
            "models.RoleOut", self.transport.call("POST", f"/api/v1/roles/{segment(role_id)}/end", body=body).read()
        )

    def reset_password(self, account_id: str) -> models.NewStaffOut:
        """Draw a new password.

        Draw a new password, shown once; whoever is signed in with the account is out.

        Scopes: accounts.close_account.
        """
        return cast(
            "models.NewStaffOut", self.transport.call("POST", f"/api/v1/staff/{segment(account_id)}/password").read()
        )

    def close_account(self, account_id: str) -> models.StaffRow:
        """Close the account.

        Close an account: its roles end, and it can sign in no more.

        Scopes: accounts.close_account.
        """
        return cast(
            "models.StaffRow", self.transport.call("POST", f"/api/v1/staff/{segment(account_id)}/closing").read()
        )

    def reopen_account(self, account_id: str) -> models.NewStaffOut:
        """Open an account again.

        Open an account that was closed or locked, with a drawn password; it holds no role until one is given.

        Scopes: accounts.close_account.
        """
        return cast(
            "models.NewStaffOut", self.transport.call("POST", f"/api/v1/staff/{segment(account_id)}/reopening").read()
        )

    def reset_factors(self, account_id: str) -> models.FactorsOut:
        """Reset the second proof.

        Take away the second factors of somebody who has lost them, or ask a second person to confirm it.

        Scopes: accounts.reset_factors.
        """
        return cast(
            "models.FactorsOut",
            self.transport.call("POST", f"/api/v1/staff/{segment(account_id)}/factors-reset").read(),
        )

    def list_my_sign_ins(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "device", "address", "method", "began_at", "seen_at", "is_here"]] | None = None,
    ) -> models.SignInOutPage:
        """Where I am signed in.

        List where I am signed in now, the last used first.
        """
        return cast(
            "models.SignInOutPage",
            self.transport.call(
                "GET", f"/api/v1/me/sign-ins", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def end_my_sign_in(self, sign_in_id: str) -> None:
        """Sign out in one place.

        Sign myself out on one device.
        """
        self.transport.call("DELETE", f"/api/v1/me/sign-ins/{segment(sign_in_id)}")

    def end_my_other_sign_ins(self) -> models.EndedOut:
        """Sign out everywhere else.

        Sign myself out everywhere but here.
        """
        return cast("models.EndedOut", self.transport.call("POST", f"/api/v1/me/sign-ins/ending").read())

    def list_joined_accounts(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "phone", "joined_at"]] | None = None,
    ) -> models.JoinedOutPage:
        """Accounts joined to mine.

        List the accounts that are joined to mine.
        """
        return cast(
            "models.JoinedOutPage",
            self.transport.call(
                "GET", f"/api/v1/me/joined-accounts", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def join_my_account(self, body: models.BothCodesIn) -> None:
        """Join my other account.

        Let my other account go on under this one: both codes are read back.
        """
        self.transport.call("POST", f"/api/v1/me/joined-accounts", body=body)

    def send_joining_codes(self, body: models.PhoneIn) -> None:
        """Send codes to both telephones.

        Send a code to my telephone and one to that of my other account.
        """
        self.transport.call("POST", f"/api/v1/me/joined-accounts/codes", body=body)

    def part_my_account(self, join_id: str) -> None:
        """Part a joined account.

        Part two accounts: each has again what was its own before.
        """
        self.transport.call("DELETE", f"/api/v1/me/joined-accounts/{segment(join_id)}")

    def list_stand_ins(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "id",
                "account_id",
                "role",
                "division_code",
                "division_name",
                "department",
                "valid_from",
                "valid_to",
                "stands_in_for",
                "waits",
            ]
        ]
        | None = None,
    ) -> models.RoleOutPage:
        """Who stands in for me.

        List who stands in for me, today and to come.

        Scopes: accounts.delegate.
        """
        return cast(
            "models.RoleOutPage",
            self.transport.call(
                "GET", f"/api/v1/stand-ins", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def delegate_role(self, body: models.StandInIn) -> models.RoleOut:
        """Ask for a stand-in.

        Let a colleague stand in for me in one of my posts (R10).

        Scopes: accounts.delegate.
        """
        return cast("models.RoleOut", self.transport.call("POST", f"/api/v1/stand-ins", body=body).read())

    def end_delegation(self, role_id: str) -> None:
        """Take a stand-in back.

        Take a delegation back at once.

        Scopes: accounts.delegate.
        """
        self.transport.call("DELETE", f"/api/v1/stand-ins/{segment(role_id)}")

    def list_persons(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        name: str | None = None,
        community: str | None = None,
        fields: list[
            Literal[
                "id",
                "name",
                "sex",
                "birth_date",
                "id_kind",
                "id_number",
                "phone",
                "community_code",
                "community_name",
                "registered_at",
                "is_alive",
                "version",
            ]
        ]
        | None = None,
    ) -> models.PersonRowPage:
        """List people of the place.

        List the people within reach by name; name: how it begins.

        Scopes: registry.view.
        """
        return cast(
            "models.PersonRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/persons",
                query={"limit": limit, "after": after, "name": name, "community": community, "fields": fields},
            ).read(),
        )

    def register_person(self, body: models.RegisterIn, *, idempotency_key: str | None = None) -> models.PersonRow:
        """Register a person.

        Register somebody who is not known yet.

        Scopes: registry.register.
        """
        return cast(
            "models.PersonRow",
            self.transport.call(
                "POST", f"/api/v1/persons", body=body, idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def identify_person(self, body: models.IdentifyIn) -> models.PersonRow:
        """Find by document.

        Find who bears exactly this document, wherever she lives. The look is noted with its purpose, found or not.

        Scopes: registry.identify.
        """
        return cast(
            "models.PersonRow", self.transport.call("POST", f"/api/v1/persons/identification", body=body).read()
        )

    def get_person(
        self,
        person_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "name",
                "sex",
                "birth_date",
                "id_kind",
                "id_number",
                "phone",
                "community_code",
                "community_name",
                "registered_at",
                "is_alive",
                "version",
                "facts",
            ]
        ]
        | None = None,
    ) -> models.PersonOut:
        """Show a person.

        Show what is known of a person, each fact with its source; numbers masked. The look is noted.

        Scopes: registry.view.
        """
        return cast(
            "models.PersonOut",
            self.transport.call("GET", f"/api/v1/persons/{segment(person_id)}", query={"fields": fields}).read(),
        )

    def correct_person(self, person_id: str, body: models.CorrectIn, *, if_match: int | str) -> models.PersonOut:
        """Correct the record.

        Correct facts; what stood there is kept with its span.

        Scopes: registry.correct.
        """
        return cast(
            "models.PersonOut",
            self.transport.call("PUT", f"/api/v1/persons/{segment(person_id)}", body=body, if_match=if_match).read(),
        )

    def reveal_fact(self, person_id: str, body: models.RevealIn) -> models.Revealed:
        """Reveal a number for a purpose.

        Return one number or address in clear. The purpose is noted, and she can read it.

        Scopes: registry.reveal.
        """
        return cast(
            "models.Revealed",
            self.transport.call("POST", f"/api/v1/persons/{segment(person_id)}/reveal", body=body).read(),
        )

    def move_person(self, person_id: str, body: models.MoveIn, *, if_match: int | str) -> models.PersonRow:
        """Move.

        Note where she lives now; across counties her row there has another id.

        Scopes: registry.correct.
        """
        return cast(
            "models.PersonRow",
            self.transport.call(
                "POST", f"/api/v1/persons/{segment(person_id)}/move", body=body, if_match=if_match
            ).read(),
        )

    def mark_person_dead(self, person_id: str, body: models.DeathIn, *, if_match: int | str) -> models.PersonRow:
        """Note a death.

        Note the day of death.

        Scopes: registry.correct.
        """
        return cast(
            "models.PersonRow",
            self.transport.call(
                "POST", f"/api/v1/persons/{segment(person_id)}/death", body=body, if_match=if_match
            ).read(),
        )

    def list_tags(
        self,
        person_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "code", "source", "valid_from", "valid_to", "reviewed_at"]] | None = None,
    ) -> models.TagOutPage:
        """List special groups.

        List the special groups that a person belongs to and did, the newest first.

        Scopes: registry.view_tags.
        """
        return cast(
            "models.TagOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/persons/{segment(person_id)}/tags",
                query={"limit": limit, "after": after, "fields": fields},
            ).read(),
        )

    def give_tag(self, person_id: str, body: models.TagIn, *, idempotency_key: str | None = None) -> models.TagOut:
        """Note a special group.

        Note that a person belongs to a special group, and what says so.

        Scopes: registry.give_tag.
        """
        return cast(
            "models.TagOut",
            self.transport.call(
                "POST",
                f"/api/v1/persons/{segment(person_id)}/tags",
                body=body,
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def end_tag(self, tag_id: str, body: models.TagEndIn) -> models.TagOut:
        """End a special group.

        End a tag from a day on, today unless said otherwise.

        Scopes: registry.give_tag.
        """
        return cast(
            "models.TagOut", self.transport.call("POST", f"/api/v1/tags/{segment(tag_id)}/end", body=body).read()
        )

    def record_circumstance(
        self, person_id: str, body: models.CircumstanceIn, *, idempotency_key: str | None = None
    ) -> models.CircumstanceOut:
        """Record a circumstance.

        Note a circumstance by which the law decides who is entitled, and what says so; the earlier value ends there.

        Scopes: registry.give_tag.
        """
        return cast(
            "models.CircumstanceOut",
            self.transport.call(
                "POST",
                f"/api/v1/persons/{segment(person_id)}/circumstances",
                body=body,
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def list_looks(
        self,
        person_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["at", "who", "what", "purpose"]] | None = None,
    ) -> models.LookOutPage:
        """Who has looked at this person's record.

        List who looked at a person's data and why: for the auditor, and for herself.

        Scopes: registry.looked_at.
        """
        return cast(
            "models.LookOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/persons/{segment(person_id)}/looks",
                query={"limit": limit, "after": after, "fields": fields},
            ).read(),
        )

    def get_my_facts(self, *, fields: list[Literal["person_id", "facts"]] | None = None) -> models.OwnFacts:
        """My record.

        Show what the city knows about me, since when and from whom.

        Scopes: registry.view_own.
        """
        return cast("models.OwnFacts", self.transport.call("GET", f"/api/v1/me/facts", query={"fields": fields}).read())

    def list_my_looks(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["at", "who", "what", "purpose"]] | None = None,
    ) -> models.LookOutPage:
        """Who has looked at my record.

        List who looked at my data and why, newest first.

        Scopes: registry.view_own.
        """
        return cast(
            "models.LookOutPage",
            self.transport.call(
                "GET", f"/api/v1/me/looks", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def link_my_identity(self, body: models.OwnIdentityIn) -> models.OwnFacts:
        """Confirm who I am.

        Say who one is, once.

        Scopes: registry.view_own.
        """
        return cast("models.OwnFacts", self.transport.call("POST", f"/api/v1/me/identity", body=body).read())

    def get_me(self, *, fields: list[Literal["kind", "id", "name", "post", "scopes"]] | None = None) -> models.Me:
        """Who I am and what I may do.

        Tell who the token or the session stands for.
        """
        return cast("models.Me", self.transport.call("GET", f"/api/v1/me", query={"fields": fields}).read())

    def list_events(
        self,
        *,
        after: int | None = None,
        limit: int | None = None,
        type: str | None = None,
        fields: list[Literal["id", "position", "type", "timestamp", "data"]] | None = None,
    ) -> models.EventPage:
        """Read the news in order.

        Read the news after a position, oldest first: what lies within reach, each kind as far as one may see it.

        News is kept ninety days; a position before that is gone (410): begin anew from 0 and compare.

        Scopes: exchange.read_events.
        """
        return cast(
            "models.EventPage",
            self.transport.call(
                "GET", f"/api/v1/events", query={"after": after, "limit": limit, "type": type, "fields": fields}
            ).read(),
        )

    def list_clients(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "id",
                "name",
                "answerable",
                "division_code",
                "department",
                "scopes",
                "asked_scopes",
                "created_at",
                "last_token_at",
                "revoked_at",
                "version",
            ]
        ]
        | None = None,
    ) -> models.ClientOutPage:
        """List registered programs.

        List the programs that are registered within reach.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.ClientOutPage",
            self.transport.call(
                "GET", f"/api/v1/clients", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def register_client(self, body: models.ClientIn, *, idempotency_key: str | None = None) -> models.NewClientOut:
        """Register a program.

        Register a program at a division. Its secret is in the first answer only; a repeated one leaves it empty.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.NewClientOut",
            self.transport.call(
                "POST", f"/api/v1/clients", body=body, idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def get_client(
        self,
        client_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "name",
                "answerable",
                "division_code",
                "department",
                "scopes",
                "asked_scopes",
                "created_at",
                "last_token_at",
                "revoked_at",
                "version",
            ]
        ]
        | None = None,
    ) -> models.ClientOut:
        """Show a program.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.ClientOut",
            self.transport.call("GET", f"/api/v1/clients/{segment(client_id)}", query={"fields": fields}).read(),
        )

    def change_client_scopes(self, client_id: str, body: models.ScopesIn, *, if_match: int | str) -> models.ClientOut:
        """Change a program's rights.

        Say anew what a program may; tokens that are out lose at once what is taken away.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.ClientOut",
            self.transport.call(
                "PUT", f"/api/v1/clients/{segment(client_id)}/scopes", body=body, if_match=if_match
            ).read(),
        )

    def make_client_secret(self, client_id: str) -> models.NewSecretOut:
        """Make a new secret.

        Make another secret; earlier ones count for seven more days, so that the program can change over.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.NewSecretOut", self.transport.call("POST", f"/api/v1/clients/{segment(client_id)}/secrets").read()
        )

    def list_client_secrets(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "hint", "created_at", "ends_at", "revoked_at"]] | None = None,
    ) -> models.SecretOutPage:
        """List the secrets of a program.

        List the secrets of a program, newest first; what they say is kept nowhere.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.SecretOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/clients/{segment(client_id)}/secrets",
                query={"limit": limit, "after": after, "fields": fields},
            ).read(),
        )

    def revoke_client_secret(self, client_id: str, secret_id: str) -> None:
        """Revoke a secret.

        Let a secret, and every token that was given for it, count no more from this moment on.

        Scopes: exchange.manage_clients.
        """
        self.transport.call("DELETE", f"/api/v1/clients/{segment(client_id)}/secrets/{segment(secret_id)}")

    def revoke_client(self, client_id: str, *, if_match: int | str) -> models.ClientOut:
        """Shut a program out.

        Shut a program out from this moment on.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.ClientOut",
            self.transport.call("POST", f"/api/v1/clients/{segment(client_id)}/revocation", if_match=if_match).read(),
        )

    def list_webhooks(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        client_id: str | None = None,
        fields: list[Literal["id", "client_id", "url", "types", "is_on", "stopped_because", "created_at"]]
        | None = None,
    ) -> models.WebhookOutPage:
        """List webhooks.

        List the addresses that are told of events.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.WebhookOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/webhooks",
                query={"limit": limit, "after": after, "client_id": client_id, "fields": fields},
            ).read(),
        )

    def add_webhook(self, client_id: str, body: models.WebhookIn) -> models.NewWebhookOut:
        """Add a webhook.

        Add an address that is told of what the program may hear of. Its secret is shown this once.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.NewWebhookOut",
            self.transport.call("POST", f"/api/v1/clients/{segment(client_id)}/webhooks", body=body).read(),
        )

    def change_webhook_secret(self, webhook_id: str) -> models.NewWebhookOut:
        """Change a webhook's signing secret.

        Change what messages are signed with; for seven days they bear both signatures.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.NewWebhookOut", self.transport.call("POST", f"/api/v1/webhooks/{segment(webhook_id)}/secret").read()
        )

    def stop_webhook(self, webhook_id: str) -> models.WebhookOut:
        """Stop sending.

        Tell an address nothing more; what waits is dropped.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.WebhookOut", self.transport.call("POST", f"/api/v1/webhooks/{segment(webhook_id)}/stop").read()
        )

    def resume_webhook(self, webhook_id: str) -> models.WebhookOut:
        """Send again from now on.

        Tell an address again, from now on; what it has missed stands in the feed.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.WebhookOut", self.transport.call("POST", f"/api/v1/webhooks/{segment(webhook_id)}/resume").read()
        )

    def list_deliveries(
        self,
        webhook_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        state: Literal["waiting", "delivered", "given_up", "dropped"] | None = None,
        fields: list[Literal["id", "event_id", "position", "type", "state", "tries", "trouble", "tried_at", "next_at"]]
        | None = None,
    ) -> models.DeliveryOutPage:
        """What was sent.

        List what was told to an address, newest first, and what became of it.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.DeliveryOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/webhooks/{segment(webhook_id)}/deliveries",
                query={"limit": limit, "after": after, "state": state, "fields": fields},
            ).read(),
        )

    def replay_delivery(self, delivery_id: str) -> models.DeliveryOut:
        """Send again.

        Tell something again, under the same webhook-id, with all its tries.

        Scopes: exchange.manage_clients.
        """
        return cast(
            "models.DeliveryOut",
            self.transport.call("POST", f"/api/v1/deliveries/{segment(delivery_id)}/replay").read(),
        )

    def list_links(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        state: Literal["asked", "joined", "apart"] | None = None,
        fields: list[Literal["id", "person_id", "source", "row_id", "state", "weight", "parts", "version"]]
        | None = None,
    ) -> models.LinkOutPage:
        """See records that may be one person.

        List the pairs of a list's rows and people of the registry, by default those that somebody has to look at.

        Scopes: exchange.link.
        """
        return cast(
            "models.LinkOutPage",
            self.transport.call(
                "GET", f"/api/v1/links", query={"limit": limit, "after": after, "state": state, "fields": fields}
            ).read(),
        )

    def get_link(
        self,
        candidate_id: str,
        *,
        fields: list[Literal["id", "person_id", "source", "row_id", "state", "weight", "parts", "version"]]
        | None = None,
    ) -> models.LinkOut:
        """See a pair of records.

        Tell what is held of one pair.

        Scopes: exchange.link.
        """
        return cast(
            "models.LinkOut",
            self.transport.call("GET", f"/api/v1/links/{segment(candidate_id)}", query={"fields": fields}).read(),
        )

    def decide_link(self, candidate_id: str, body: models.LinkIn) -> models.LinkOut:
        """Decide whether it is one person.

        Join a pair or keep it apart, and say why; neither record is changed, and no run decides it anew.

        Scopes: exchange.link.
        """
        return cast(
            "models.LinkOut",
            self.transport.call("POST", f"/api/v1/links/{segment(candidate_id)}/decide", body=body).read(),
        )

    def list_items(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        q: str | None = None,
        life_event: Literal[
            "birth",
            "schooling",
            "work",
            "marriage",
            "housing",
            "illness",
            "hardship",
            "disability",
            "leaving_army",
            "old_age",
            "after_death",
            "moving",
            "founding_group",
            "daily_life",
        ]
        | None = None,
        audience: Literal[
            "everyone",
            "older_people",
            "children",
            "parents",
            "people_with_disability",
            "people_in_hardship",
            "job_seekers",
            "veterans",
            "migrants",
            "volunteers",
            "groups",
        ]
        | None = None,
        department: str | None = None,
        domain: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"] | None = None,
        field: Literal[
            "employment",
            "public_order",
            "public_health",
            "family_planning",
            "social_insurance",
            "social_relief",
            "community_corrections",
            "culture_sport_education",
            "convenience",
            "self_government",
        ]
        | None = None,
        channel: Literal["window", "online", "self_service", "assisted"] | None = None,
        on: str | None = None,
        fields: list[
            Literal[
                "code",
                "number",
                "name",
                "summary",
                "department",
                "domain",
                "version_number",
                "valid_from",
                "valid_to",
                "can_apply",
            ]
        ]
        | None = None,
    ) -> models.ItemRowPage:
        """Find service items.

        Find items in force by words (also people's own, pinyin, initials), by stage of life, audience, department.
        """
        return cast(
            "models.ItemRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/items",
                query={
                    "limit": limit,
                    "after": after,
                    "q": q,
                    "life_event": life_event,
                    "audience": audience,
                    "department": department,
                    "domain": domain,
                    "field": field,
                    "channel": channel,
                    "on": on,
                    "fields": fields,
                },
            ).read(),
        )

    def get_item(
        self,
        code: str,
        *,
        on: str | None = None,
        fields: list[
            Literal[
                "code",
                "number",
                "name",
                "summary",
                "department",
                "domain",
                "version_number",
                "valid_from",
                "valid_to",
                "can_apply",
                "content",
            ]
        ]
        | None = None,
    ) -> models.ItemOut:
        """Show an item.

        Show an item as the version in force on a day (today) says it: materials, form, limits, steps.
        """
        return cast(
            "models.ItemOut",
            self.transport.call("GET", f"/api/v1/items/{segment(code)}", query={"on": on, "fields": fields}).read(),
        )

    def get_guide(
        self,
        code: str,
        *,
        on: str | None = None,
        fields: list[
            Literal[
                "code",
                "name",
                "summary",
                "answers",
                "who",
                "conditions",
                "agents",
                "bring",
                "held",
                "steps",
                "result",
                "delivery",
                "fee",
                "windows",
                "channels",
                "basis",
                "remedy",
                "limits",
                "decider",
                "phone",
                "supervision_phone",
                "questions",
                "elsewhere",
            ]
        ]
        | None = None,
    ) -> models.GuideOut:
        """Show a guide.

        Show the guide of an item in plain words, in the language asked for.
        """
        return cast(
            "models.GuideOut",
            self.transport.call(
                "GET", f"/api/v1/items/{segment(code)}/guide", query={"on": on, "fields": fields}
            ).read(),
        )

    def list_forbidden_proofs(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        on: str | None = None,
        fields: list[Literal["list_name", "number", "name", "instead", "valid_from"]] | None = None,
    ) -> models.ProofOutPage:
        """Proofs nobody may ask for.

        List the proofs that nobody may ask for.
        """
        return cast(
            "models.ProofOutPage",
            self.transport.call(
                "GET", f"/api/v1/proofs", query={"limit": limit, "after": after, "on": on, "fields": fields}
            ).read(),
        )

    def list_item_versions(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        code: str | None = None,
        status: Literal["draft", "review", "published", "retired"] | None = None,
        fields: list[
            Literal["id", "code", "number", "status", "name", "department", "valid_from", "valid_to", "note", "version"]
        ]
        | None = None,
    ) -> models.VersionRowPage:
        """List versions of items.

        List versions of items, also those being written; a department's staff see their own line's.

        Scopes: catalogue.view.
        """
        return cast(
            "models.VersionRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/item-versions",
                query={"limit": limit, "after": after, "code": code, "status": status, "fields": fields},
            ).read(),
        )

    def create_item(self, body: models.ItemInput, *, idempotency_key: str | None = None) -> models.VersionOut:
        """Begin a new item.

        Begin an item nobody has had yet, as a draft.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "POST", f"/api/v1/item-versions", body=body, idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def get_item_version(
        self,
        version_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "code",
                "number",
                "status",
                "name",
                "department",
                "valid_from",
                "valid_to",
                "note",
                "version",
                "content",
            ]
        ]
        | None = None,
    ) -> models.VersionOut:
        """Show a version of an item.

        Scopes: catalogue.view.
        """
        return cast(
            "models.VersionOut",
            self.transport.call("GET", f"/api/v1/item-versions/{segment(version_id)}", query={"fields": fields}).read(),
        )

    def save_item_version(self, version_id: str, body: models.ItemInput, *, if_match: int | str) -> models.VersionOut:
        """Write a draft anew.

        Write a draft anew, whole.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "PUT", f"/api/v1/item-versions/{segment(version_id)}", body=body, if_match=if_match
            ).read(),
        )

    def discard_item_version(self, version_id: str, *, if_match: int | str) -> None:
        """Throw a draft away.

        Throw a draft away; what was published or is in review stays.

        Scopes: catalogue.edit.
        """
        self.transport.call("DELETE", f"/api/v1/item-versions/{segment(version_id)}", if_match=if_match)

    def begin_item_version(self, code: str, *, idempotency_key: str | None = None) -> models.VersionOut:
        """Begin the next version.

        Begin an item's next version as a draft, with what the last one says.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "POST", f"/api/v1/items/{segment(code)}/versions", idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def get_item_version_form(
        self,
        version_id: str,
        *,
        fields: list[Literal["id", "code", "number", "version", "form", "problems"]] | None = None,
    ) -> models.FormOut:
        """See the form.

        Show the form of a version alone, with what is still wrong with it.

        Scopes: catalogue.view.
        """
        return cast(
            "models.FormOut",
            self.transport.call(
                "GET", f"/api/v1/item-versions/{segment(version_id)}/form", query={"fields": fields}
            ).read(),
        )

    def save_item_version_form(self, version_id: str, body: models.FormIn, *, if_match: int | str) -> models.FormOut:
        """Change the form.

        Write the form of a draft anew; all else that the draft says stays. What is wrong is told, not refused.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.FormOut",
            self.transport.call(
                "PUT", f"/api/v1/item-versions/{segment(version_id)}/form", body=body, if_match=if_match
            ).read(),
        )

    def send_item_version_to_review(self, version_id: str, *, if_match: int | str) -> models.VersionOut:
        """Send to review.

        Hand a draft to a reviewer: somebody who has not written on it.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "POST", f"/api/v1/item-versions/{segment(version_id)}/review", if_match=if_match
            ).read(),
        )

    def return_item_version(self, version_id: str, body: models.ReturnIn, *, if_match: int | str) -> models.VersionOut:
        """Give back to its editors.

        Give a version back to its editors, with the reason.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "POST", f"/api/v1/item-versions/{segment(version_id)}/return", body=body, if_match=if_match
            ).read(),
        )

    def publish_item_version(
        self, version_id: str, body: models.FromDayInput, *, if_match: int | str
    ) -> models.VersionOut:
        """Publish.

        Publish a reviewed version from a day on; the one before it ends that day.

        Scopes: catalogue.publish.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "POST", f"/api/v1/item-versions/{segment(version_id)}/publication", body=body, if_match=if_match
            ).read(),
        )

    def retire_item(self, code: str, body: models.RetireIn, *, if_match: int | str) -> models.VersionOut:
        """Retire an item.

        Stop offering an item from a day on; running applications go on. If-Match is that of its version in force.

        Scopes: catalogue.publish.
        """
        return cast(
            "models.VersionOut",
            self.transport.call(
                "POST", f"/api/v1/items/{segment(code)}/retirement", body=body, if_match=if_match
            ).read(),
        )

    def mark_item_reviewed(self, code: str, *, if_match: int | str) -> models.VersionOut:
        """Note that it was looked through.

        Note that the version in force was looked through today and is right.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VersionOut",
            self.transport.call("POST", f"/api/v1/items/{segment(code)}/looked-through", if_match=if_match).read(),
        )

    def list_variances(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        item_code: str | None = None,
        on: str | None = None,
        fields: list[
            Literal[
                "id",
                "item_code",
                "division_code",
                "division_name",
                "area",
                "part",
                "standard",
                "standard_en",
                "reason",
                "reason_en",
                "document",
                "valid_from",
                "valid_to",
                "version",
            ]
        ]
        | None = None,
    ) -> models.VarianceOutPage:
        """Where items differ by area.

        List where items differ by area on a day (today), by item and place.
        """
        return cast(
            "models.VarianceOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/variances",
                query={"limit": limit, "after": after, "item_code": item_code, "on": on, "fields": fields},
            ).read(),
        )

    def record_variance(
        self, code: str, body: models.VarianceIn, *, idempotency_key: str | None = None
    ) -> models.VarianceOut:
        """Record a difference by area.

        Record that an item differs in some communities, with the reason.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VarianceOut",
            self.transport.call(
                "POST",
                f"/api/v1/items/{segment(code)}/variances",
                body=body,
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def end_variance(self, variance_id: str, *, if_match: int | str) -> models.VarianceOut:
        """End a difference by area.

        End a difference from today on: there it is as everywhere.

        Scopes: catalogue.edit.
        """
        return cast(
            "models.VarianceOut",
            self.transport.call("POST", f"/api/v1/variances/{segment(variance_id)}/end", if_match=if_match).read(),
        )

    def list_service_points(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        division: str | None = None,
        kind: Literal["service_centre", "service_station"] | None = None,
        on: str | None = None,
        fields: list[
            Literal[
                "id",
                "division_code",
                "division_name",
                "kind",
                "name",
                "address",
                "telephone",
                "valid_from",
                "valid_to",
                "version",
            ]
        ]
        | None = None,
    ) -> models.PointRowPage:
        """Find a service point.

        List the points in service on a day (today), by place; division: of this one and all below it.
        """
        return cast(
            "models.PointRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/service-points",
                query={"limit": limit, "after": after, "division": division, "kind": kind, "on": on, "fields": fields},
            ).read(),
        )

    def create_service_point(self, body: models.PointIn, *, idempotency_key: str | None = None) -> models.PointOut:
        """Register a service point.

        Register a point at one's place or below, with its windows and its week.

        Scopes: facilities.keep_points.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "POST", f"/api/v1/service-points", body=body, idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def get_service_point(
        self,
        point_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "division_code",
                "division_name",
                "kind",
                "name",
                "address",
                "telephone",
                "valid_from",
                "valid_to",
                "version",
                "is_open",
                "week",
                "windows",
                "exceptions",
            ]
        ]
        | None = None,
    ) -> models.PointOut:
        """Show a service point.

        Show a point with its week, its windows and the days that are otherwise, from today on.
        """
        return cast(
            "models.PointOut",
            self.transport.call("GET", f"/api/v1/service-points/{segment(point_id)}", query={"fields": fields}).read(),
        )

    def correct_service_point(
        self, point_id: str, body: models.PointWordsInput, *, if_match: int | str
    ) -> models.PointOut:
        """Correct a service point.

        Correct what a point is called, where it is and how it is reached.

        Scopes: facilities.keep_points.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "PUT", f"/api/v1/service-points/{segment(point_id)}", body=body, if_match=if_match
            ).read(),
        )

    def list_windowless_days(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        county: str | None = None,
        fields: list[Literal["id", "county_code", "county_name", "day", "noticed_at"]] | None = None,
    ) -> models.GapOutPage:
        """Days without a window.

        List the days to come on which no window of a county within reach opens, soonest first (R35).

        Scopes: facilities.watch_days.
        """
        return cast(
            "models.GapOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/windowless-days",
                query={"limit": limit, "after": after, "county": county, "fields": fields},
            ).read(),
        )

    def end_service_point(self, point_id: str, body: models.EndPointIn, *, if_match: int | str) -> models.PointOut:
        """End a service point.

        Let a point end on a day; its hours are kept.

        Scopes: facilities.keep_points.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "POST", f"/api/v1/service-points/{segment(point_id)}/end", body=body, if_match=if_match
            ).read(),
        )

    def set_hours(self, point_id: str, body: models.WeekIn, *, if_match: int | str) -> models.PointOut:
        """Publish weekly hours.

        Publish other weekly hours from a day on; what was planned for later gives way.

        Scopes: facilities.edit.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "PUT", f"/api/v1/service-points/{segment(point_id)}/hours", body=body, if_match=if_match
            ).read(),
        )

    def add_hours_exception(self, point_id: str, body: models.ExceptionIn, *, if_match: int | str) -> models.PointOut:
        """Enter an exception.

        Announce days that are closed, opened specially, or have other hours.

        Scopes: facilities.arrange_duty or facilities.edit.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "POST", f"/api/v1/service-points/{segment(point_id)}/exceptions", body=body, if_match=if_match
            ).read(),
        )

    def withdraw_hours_exception(self, point_id: str, exception_id: str, *, if_match: int | str) -> None:
        """Take back an exception.

        Take back an exception that is not over: from today the week's hours hold again.

        Scopes: facilities.arrange_duty or facilities.edit.
        """
        self.transport.call(
            "DELETE",
            f"/api/v1/service-points/{segment(point_id)}/exceptions/{segment(exception_id)}",
            if_match=if_match,
        )

    def list_openings(
        self,
        point_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "day", "hours", "reason", "recorded_at"]] | None = None,
    ) -> models.ActualOutPage:
        """How it really was.

        List the days on which a point was open otherwise than published, newest first.

        Scopes: facilities.view.
        """
        return cast(
            "models.ActualOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/service-points/{segment(point_id)}/openings",
                query={"limit": limit, "after": after, "fields": fields},
            ).read(),
        )

    def record_opening(self, point_id: str, body: models.ActualIn, *, if_match: int | str) -> models.ActualOut:
        """Note how it really was.

        Note how a point really was open on a day; a second note of the day takes the place of the first.

        Scopes: facilities.edit.
        """
        return cast(
            "models.ActualOut",
            self.transport.call(
                "POST", f"/api/v1/service-points/{segment(point_id)}/openings", body=body, if_match=if_match
            ).read(),
        )

    def add_window(self, point_id: str, body: models.WindowIn, *, if_match: int | str) -> models.PointOut:
        """Add a window.

        Add a numbered window from today on.

        Scopes: facilities.edit.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "POST", f"/api/v1/service-points/{segment(point_id)}/windows", body=body, if_match=if_match
            ).read(),
        )

    def end_window(self, point_id: str, window_id: str, *, if_match: int | str) -> None:
        """End a window.

        Take a window out of service from today on.

        Scopes: facilities.edit.
        """
        self.transport.call(
            "DELETE", f"/api/v1/service-points/{segment(point_id)}/windows/{segment(window_id)}", if_match=if_match
        )

    def close_window(
        self, point_id: str, window_id: str, body: models.ClosureIn, *, if_match: int | str
    ) -> models.PointOut:
        """Closed a window for some days.

        Close a window for some days, or until further, while the point is open.

        Scopes: facilities.edit.
        """
        return cast(
            "models.PointOut",
            self.transport.call(
                "POST",
                f"/api/v1/service-points/{segment(point_id)}/windows/{segment(window_id)}/closures",
                body=body,
                if_match=if_match,
            ).read(),
        )

    def reopen_window(self, point_id: str, closure_id: str, *, if_match: int | str) -> None:
        """Reopen a closed window.

        Let a closed window serve again from today.

        Scopes: facilities.edit.
        """
        self.transport.call(
            "DELETE", f"/api/v1/service-points/{segment(point_id)}/closures/{segment(closure_id)}", if_match=if_match
        )

    def list_certificates(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        status: Literal["valid", "revoked"] | None = None,
        number: str | None = None,
        fields: list[
            Literal[
                "number",
                "title",
                "item_code",
                "case_number",
                "issuer",
                "state",
                "issued_at",
                "valid_from",
                "valid_to",
                "version",
            ]
        ]
        | None = None,
    ) -> models.CertificateRowPage:
        """List certificates.

        List certificates within reach (a resident: her own), newest first; number: how its or its case's begins.

        Scopes: certificates.own or certificates.view.
        """
        return cast(
            "models.CertificateRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/certificates",
                query={"limit": limit, "after": after, "status": status, "number": number, "fields": fields},
            ).read(),
        )

    def get_certificate(
        self,
        number: str,
        *,
        fields: list[
            Literal[
                "number",
                "title",
                "item_code",
                "case_number",
                "issuer",
                "state",
                "issued_at",
                "valid_from",
                "valid_to",
                "version",
                "holder",
                "facts",
                "shown",
                "revoked_at",
                "revoked_because",
            ]
        ]
        | None = None,
    ) -> models.CertificateOut:
        """Show a certificate.

        Show a certificate; an office's look is noted.

        Scopes: certificates.own or certificates.view.
        """
        return cast(
            "models.CertificateOut",
            self.transport.call("GET", f"/api/v1/certificates/{segment(number)}", query={"fields": fields}).read(),
        )

    def get_certificate_pdf(self, number: str) -> bytes:
        """Download a certificate.

        Give the signed PDF, byte for byte: it is the original.

        Scopes: certificates.own or certificates.view.
        """
        return self.transport.call("GET", f"/api/v1/certificates/{segment(number)}/pdf").body

    def choose_shown(self, number: str, body: models.ShownIn, *, if_match: int | str) -> models.CertificateOut:
        """Decide what is shown.

        Decide what the public check shows.

        Scopes: certificates.own.
        """
        return cast(
            "models.CertificateOut",
            self.transport.call(
                "PUT", f"/api/v1/certificates/{segment(number)}/shown", body=body, if_match=if_match
            ).read(),
        )

    def revoke_certificate(self, number: str, body: models.RevokeIn, *, if_match: int | str) -> models.CertificateOut:
        """Revoke a certificate.

        Revoke a certificate; everybody who checks it is told why.

        Scopes: certificates.revoke.
        """
        return cast(
            "models.CertificateOut",
            self.transport.call(
                "POST", f"/api/v1/certificates/{segment(number)}/revocation", body=body, if_match=if_match
            ).read(),
        )

    def ask_to_revoke_certificate(self, number: str, body: models.RevokeIn, *, if_match: int | str) -> None:
        """Ask for a revocation.

        Ask a second person to confirm a revocation, where two are wanted; until then the certificate is valid.

        Scopes: certificates.revoke.
        """
        self.transport.call(
            "POST", f"/api/v1/certificates/{segment(number)}/revocation-request", body=body, if_match=if_match
        )

    def replace_certificate(self, number: str, body: models.ReplaceIn, *, if_match: int | str) -> models.CertificateOut:
        """Replace a certificate.

        Revoke a certificate and issue a right one in its place; the new one is answered.

        Scopes: certificates.revoke.
        """
        return cast(
            "models.CertificateOut",
            self.transport.call(
                "POST", f"/api/v1/certificates/{segment(number)}/replacement", body=body, if_match=if_match
            ).read(),
        )

    def check_by_number(
        self,
        *,
        number: str,
        fields: list[
            Literal[
                "verdict",
                "number",
                "title",
                "holder",
                "issuer",
                "valid_from",
                "last_day",
                "revoked_on",
                "revoked_because",
                "is_replaced",
                "facts",
            ]
        ]
        | None = None,
    ) -> models.Checked:
        """Check a certificate by number.

        Tell about the certificate with a number.
        """
        return cast(
            "models.Checked",
            self.transport.call("GET", f"/api/v1/certificate-check", query={"number": number, "fields": fields}).read(),
        )

    def check_by_file(self, *, file: Upload) -> models.Checked:
        """Check a certificate by its file.

        Judge a PDF that somebody brings: its seal, that nothing was altered, and what the register says. None is kept.
        """
        return cast(
            "models.Checked", self.transport.call("POST", f"/api/v1/certificate-check", form={"file": file}).read()
        )

    def check_by_code(
        self,
        token: str,
        *,
        fields: list[
            Literal[
                "verdict",
                "number",
                "title",
                "holder",
                "issuer",
                "valid_from",
                "last_day",
                "revoked_on",
                "revoked_because",
                "is_replaced",
                "facts",
            ]
        ]
        | None = None,
    ) -> models.Checked:
        """Check a certificate by its code.

        Tell about the certificate behind a QR code.
        """
        return cast(
            "models.Checked",
            self.transport.call("GET", f"/api/v1/certificate-check/{segment(token)}", query={"fields": fields}).read(),
        )

    def report_demand(self, body: models.DemandIn) -> models.DemandOut:
        """Report a demand for a forbidden proof.

        Note that a body asked for a proof that nobody may ask for (R45).

        Scopes: certificates.report_demand.
        """
        return cast("models.DemandOut", self.transport.call("POST", f"/api/v1/proof-demands", body=body).read())

    def list_demands(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "proof_name", "asking_body", "asked_for", "community_name", "reported_at"]]
        | None = None,
    ) -> models.DemandOutPage:
        """Who still asks for forbidden proofs.

        List the reports within reach, newest first.

        Scopes: certificates.view_demands.
        """
        return cast(
            "models.DemandOutPage",
            self.transport.call(
                "GET", f"/api/v1/proof-demands", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def list_seals(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal["id", "issuer_name", "department", "division_code", "valid_from", "valid_to", "revoked_at"]
        ]
        | None = None,
    ) -> models.SealOutPage:
        """List electronic seals.

        List the seals of one's division and below it.

        Scopes: certificates.seal_register.
        """
        return cast(
            "models.SealOutPage",
            self.transport.call(
                "GET", f"/api/v1/seals", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def make_seal(self, body: models.SealIn) -> models.SealOut:
        """Make an electronic seal.

        Make the seal of one's own division: key, certificate, custodian. A body has one seal, so this is made once.

        Scopes: certificates.manage_seals.
        """
        return cast("models.SealOut", self.transport.call("POST", f"/api/v1/seals", body=body).read())

    def withdraw_seal(self, seal_id: str, body: models.WithdrawSealIn) -> models.SealOut:
        """Withdraw an electronic seal.

        Withdraw a seal: it seals nothing from this moment; what it has sealed can still be checked.

        Scopes: certificates.manage_seals.
        """
        return cast(
            "models.SealOut",
            self.transport.call("POST", f"/api/v1/seals/{segment(seal_id)}/withdrawal", body=body).read(),
        )

    def list_seal_uses(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "issuer_name", "occasion", "document", "title", "case_number", "used_at"]]
        | None = None,
    ) -> models.SealUseOutPage:
        """Register of use.

        List every use of the seals within reach, newest first (R46b).

        Scopes: certificates.seal_register.
        """
        return cast(
            "models.SealUseOutPage",
            self.transport.call(
                "GET", f"/api/v1/seal-uses", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def list_drafts(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "item_code", "item_name", "channel", "updated_at", "version"]] | None = None,
    ) -> models.DraftRowPage:
        """List my drafts.

        List one's own drafts, latest first.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.DraftRowPage",
            self.transport.call(
                "GET", f"/api/v1/drafts", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def start_draft(self, body: models.DraftIn, *, idempotency_key: str | None = None) -> models.DraftOut:
        """Begin an application.

        Begin an application under the version of the item in force today; an office names who stands before it.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.DraftOut",
            self.transport.call(
                "POST", f"/api/v1/drafts", body=body, idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def get_draft(
        self,
        draft_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "item_code",
                "item_name",
                "channel",
                "updated_at",
                "version",
                "answers",
                "known",
                "faults",
                "materials",
                "missing",
                "is_ready",
            ]
        ]
        | None = None,
    ) -> models.DraftOut:
        """Show a draft.

        Show a draft: what was filled in, what is known, what is wrong or missing.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.DraftOut",
            self.transport.call("GET", f"/api/v1/drafts/{segment(draft_id)}", query={"fields": fields}).read(),
        )

    def discard_draft(self, draft_id: str) -> None:
        """Throw a draft away.

        Throw a draft away, with its materials.

        Scopes: casework.apply or casework.receive.
        """
        self.transport.call("DELETE", f"/api/v1/drafts/{segment(draft_id)}")

    def save_answers(self, draft_id: str, body: models.AnswersIn, *, if_match: int | str) -> models.DraftOut:
        """Forms.

        Keep the answers, complete or not, right or wrong; the answer says what is wrong. What is known is filled in.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.DraftOut",
            self.transport.call(
                "PUT", f"/api/v1/drafts/{segment(draft_id)}/answers", body=body, if_match=if_match
            ).read(),
        )

    def add_draft_material(
        self,
        draft_id: str,
        *,
        code: str,
        source: Literal["upload", "paper", "declaration", "later"] | None = None,
        file: Upload | None | None = None,
    ) -> models.MaterialOut:
        """Hand in a material.

        Put a material into a draft: a picture or PDF, paper seen at the window, a declaration, or to follow later.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.MaterialOut",
            self.transport.call(
                "POST",
                f"/api/v1/drafts/{segment(draft_id)}/materials",
                form={"code": code, "source": source, "file": file},
            ).read(),
        )

    def get_draft_file(self, draft_id: str, material_id: str) -> bytes:
        """Get a file of a draft.

        Scopes: casework.apply or casework.receive.
        """
        return self.transport.call(
            "GET", f"/api/v1/drafts/{segment(draft_id)}/materials/{segment(material_id)}/file"
        ).body

    def remove_draft_material(self, draft_id: str, material_id: str) -> None:
        """Take a material out.

        Take a material out of a draft.

        Scopes: casework.apply or casework.receive.
        """
        self.transport.call("DELETE", f"/api/v1/drafts/{segment(draft_id)}/materials/{segment(material_id)}")

    def submit_draft(
        self, draft_id: str, body: models.SubmitIn, *, idempotency_key: str | None = None
    ) -> models.CaseRow:
        """Submit an application.

        Hand an application in: checked as a whole, received with a number. The draft is gone then.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST",
                f"/api/v1/drafts/{segment(draft_id)}/submission",
                body=body,
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def apply(
        self, *, application: str, file: list[Upload] | None | None = None, idempotency_key: str | None = None
    ) -> models.CaseRow:
        """Hand in a whole application at once.

        Apply in one request, without a draft: the form and all materials, received whole or not at all.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST",
                f"/api/v1/applications",
                form={"application": application, "file": file},
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def list_cases(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        status: Literal[
            "draft",
            "submitted",
            "supplement_requested",
            "accepted",
            "in_review",
            "special_procedure",
            "public_notice",
            "granted",
            "refused",
            "delivered",
            "closed",
            "not_accepted",
            "withdrawn",
            "returned",
        ]
        | None = None,
        item_code: str | None = None,
        community: str | None = None,
        fields: list[
            Literal[
                "number",
                "item_code",
                "item_name",
                "status",
                "department",
                "community_code",
                "community_name",
                "step",
                "step_level",
                "step_department",
                "step_due_on",
                "due_on",
                "submitted_at",
                "priority",
                "version",
            ]
        ]
        | None = None,
    ) -> models.CaseRowPage:
        """List cases.

        List the cases within reach (a resident: her own), newest first.

        Scopes: casework.view or casework.view_own.
        """
        return cast(
            "models.CaseRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/cases",
                query={
                    "limit": limit,
                    "after": after,
                    "status": status,
                    "item_code": item_code,
                    "community": community,
                    "fields": fields,
                },
            ).read(),
        )

    def search_cases(
        self,
        *,
        q: str,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "number",
                "item_code",
                "item_name",
                "status",
                "department",
                "community_code",
                "community_name",
                "step",
                "step_level",
                "step_department",
                "step_due_on",
                "due_on",
                "submitted_at",
                "priority",
                "version",
            ]
        ]
        | None = None,
    ) -> models.CaseRowPage:
        """Find cases by number, name or identity number.

        Find cases within reach by number, name or identity number.

        Scopes: casework.view.
        """
        return cast(
            "models.CaseRowPage",
            self.transport.call(
                "GET", f"/api/v1/cases/search", query={"limit": limit, "after": after, "q": q, "fields": fields}
            ).read(),
        )

    def list_tasks(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "number",
                "item_code",
                "item_name",
                "status",
                "department",
                "community_code",
                "community_name",
                "step",
                "step_level",
                "step_department",
                "step_due_on",
                "due_on",
                "submitted_at",
                "priority",
                "version",
            ]
        ]
        | None = None,
    ) -> models.CaseRowPage:
        """My tasks.

        List the cases that wait for one's post, the most urgent first.

        Scopes: casework.accept or casework.handle.
        """
        return cast(
            "models.CaseRowPage",
            self.transport.call(
                "GET", f"/api/v1/tasks", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def get_case(
        self,
        number: str,
        *,
        fields: list[
            Literal[
                "number",
                "item_code",
                "item_name",
                "status",
                "department",
                "community_code",
                "community_name",
                "step",
                "step_level",
                "step_department",
                "step_due_on",
                "due_on",
                "submitted_at",
                "priority",
                "version",
                "channel",
                "applicant",
                "accepted_at",
                "decided_at",
                "delivered_at",
                "closed_at",
                "answer_by",
                "legal_due_on",
                "reason",
                "certificate_number",
                "answers",
                "materials",
                "history",
                "choices",
            ]
        ]
        | None = None,
    ) -> models.CaseOut:
        """Show a case.

        Show a case: where it stands, until when, what has happened, what can be done. The look is written down.

        Scopes: casework.view or casework.view_own.
        """
        return cast(
            "models.CaseOut",
            self.transport.call("GET", f"/api/v1/cases/{segment(number)}", query={"fields": fields}).read(),
        )

    def get_case_file(self, number: str, material_id: str) -> bytes:
        """Get a file of a case.

        Give an attachment to whoever may see its case; the look is written down.

        Scopes: casework.view or casework.view_own.
        """
        return self.transport.call("GET", f"/api/v1/cases/{segment(number)}/materials/{segment(material_id)}/file").body

    def get_case_paper(self, number: str, kind: str, *, paper: Literal["80mm"] | None = None) -> bytes:
        """Get a paper of a case.

        Give a paper of the case as PDF: one that an act of this case has left behind.

        Scopes: casework.view or casework.view_own.
        """
        return self.transport.call(
            "GET", f"/api/v1/cases/{segment(number)}/papers/{segment(kind)}", query={"paper": paper}
        ).body

    def accept_case(self, number: str, body: models.AcceptIn, *, if_match: int | str) -> models.CaseRow:
        """Accept.

        Take the way `accept` from submitted to accepted.

        Scopes: casework.accept.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/accept", body=body, if_match=if_match
            ).read(),
        )

    def request_supplement_case(
        self, number: str, body: models.SupplementRequestIn, *, if_match: int | str
    ) -> models.CaseRow:
        """Ask for papers.

        Take the way `request_supplement` from submitted, accepted, in_review to supplement_requested.

        Scopes: casework.request_supplement.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/request-supplement", body=body, if_match=if_match
            ).read(),
        )

    def supplement_at_window_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Take in what was missing.

        Take the way `supplement_at_window` from supplement_requested to submitted.

        Scopes: casework.receive.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/supplement-at-window", body=body, if_match=if_match
            ).read(),
        )

    def not_accept_case(self, number: str, body: models.NotAcceptIn, *, if_match: int | str) -> models.CaseRow:
        """Do not accept.

        Take the way `not_accept` from submitted to not_accepted.

        Scopes: casework.accept.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/not-accept", body=body, if_match=if_match
            ).read(),
        )

    def forward_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Agree and hand on.

        Take the way `forward` from accepted, in_review to in_review.

        Scopes: casework.handle.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/forward", body=body, if_match=if_match
            ).read(),
        )

    def send_back_case(self, number: str, body: models.ReasonIn, *, if_match: int | str) -> models.CaseRow:
        """Send back to be checked again.

        Take the way `send_back` from in_review to in_review.

        Scopes: casework.handle.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/send-back", body=body, if_match=if_match
            ).read(),
        )

    def grant_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Grant.

        Take the way `grant` from accepted, in_review to granted.

        Scopes: casework.decide.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/grant", body=body, if_match=if_match
            ).read(),
        )

    def refuse_case(self, number: str, body: models.RefuseIn, *, if_match: int | str) -> models.CaseRow:
        """Refuse.

        Take the way `refuse` from accepted, in_review to refused.

        Scopes: casework.decide.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/refuse", body=body, if_match=if_match
            ).read(),
        )

    def post_notice_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Post for objections.

        Take the way `post_notice` from accepted, in_review to public_notice.

        Scopes: casework.suspend.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/post-notice", body=body, if_match=if_match
            ).read(),
        )

    def start_special_case(self, number: str, body: models.SpecialIn, *, if_match: int | str) -> models.CaseRow:
        """Begin a special procedure.

        Take the way `start_special` from accepted, in_review to special_procedure.

        Scopes: casework.suspend.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/start-special", body=body, if_match=if_match
            ).read(),
        )

    def end_special_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """End the special procedure.

        Take the way `end_special` from special_procedure to in_review.

        Scopes: casework.suspend.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/end-special", body=body, if_match=if_match
            ).read(),
        )

    def ask_extension_case(self, number: str, body: models.ExtensionIn, *, if_match: int | str) -> models.CaseRow:
        """Ask for more time.

        Take the way `ask_extension` from accepted, in_review; the state stays.

        Scopes: casework.ask_extension.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/ask-extension", body=body, if_match=if_match
            ).read(),
        )

    def approve_extension_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Grant more time.

        Take the way `approve_extension` from accepted, in_review; the state stays.

        Scopes: casework.approve_extension.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/approve-extension", body=body, if_match=if_match
            ).read(),
        )

    def deny_extension_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Deny more time.

        Take the way `deny_extension` from accepted, in_review; the state stays.

        Scopes: casework.approve_extension.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/deny-extension", body=body, if_match=if_match
            ).read(),
        )

    def ask_opinion_case(self, number: str, body: models.QuestionIn, *, if_match: int | str) -> models.CaseRow:
        """Ask another department.

        Take the way `ask_opinion` from accepted, in_review; the state stays.

        Scopes: casework.ask_opinion.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/ask-opinion", body=body, if_match=if_match
            ).read(),
        )

    def transfer_case(self, number: str, body: models.TransferIn, *, if_match: int | str) -> models.CaseRow:
        """Pass on to the community responsible.

        Take the way `transfer` from submitted, accepted; the state stays.

        Scopes: casework.transfer.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/transfer", body=body, if_match=if_match
            ).read(),
        )

    def deliver_case(self, number: str, body: models.DeliverIn, *, if_match: int | str) -> models.CaseRow:
        """Deliver.

        Take the way `deliver` from granted, refused to delivered.

        Scopes: casework.deliver.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/deliver", body=body, if_match=if_match
            ).read(),
        )

    def withdraw_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Withdraw.

        Take the way `withdraw` from submitted, supplement_requested, accepted, in_review, special_procedure, public_notice to withdrawn.

        Scopes: casework.apply.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/withdraw", body=body, if_match=if_match
            ).read(),
        )

    def take_over_case(self, number: str, body: models.SaidIn, *, if_match: int | str) -> models.CaseRow:
        """Take it over myself.

        Take the way `take_over` from submitted, supplement_requested, accepted, in_review, special_procedure, public_notice; the state stays.

        Scopes: casework.apply.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/actions/take-over", body=body, if_match=if_match
            ).read(),
        )

    def bring_supplement(
        self, number: str, *, codes: list[str], files: list[Upload], if_match: int | str, said: str | None = None
    ) -> models.CaseRow:
        """Bring what is missing.

        Bring what was asked for: each file with the code of its material, in the same order, all at once.

        Scopes: casework.apply.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST",
                f"/api/v1/cases/{segment(number)}/actions/supplement",
                form={"codes": codes, "said": said, "files": files},
                if_match=if_match,
            ).read(),
        )

    def bring_later(
        self,
        number: str,
        code: str,
        *,
        source: Literal["upload", "paper"] | None = None,
        file: Upload | None | None = None,
    ) -> models.CaseRow:
        """Bring a material that was to follow.

        Bring a material that was allowed to follow: a file, or at a window on paper.

        Scopes: casework.apply or casework.receive.
        """
        return cast(
            "models.CaseRow",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/gaps/{segment(code)}", form={"source": source, "file": file}
            ).read(),
        )

    def rate_case(self, number: str, body: models.RatingIn) -> models.RatingOut:
        """Rate.

        Say how it went, once.

        Scopes: casework.rate.
        """
        return cast(
            "models.RatingOut", self.transport.call("POST", f"/api/v1/cases/{segment(number)}/rating", body=body).read()
        )

    def list_opinions(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "id",
                "case_number",
                "item_code",
                "item_name",
                "department",
                "is_joint",
                "question",
                "asked_at",
                "due_on",
                "verdict",
                "answer",
                "answered_at",
            ]
        ]
        | None = None,
    ) -> models.OpinionOutPage:
        """Opinions that wait for us.

        List what other bodies have asked one's department and nobody has answered yet.

        Scopes: casework.give_opinion.
        """
        return cast(
            "models.OpinionOutPage",
            self.transport.call(
                "GET", f"/api/v1/opinions", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def answer_opinion(self, opinion_id: str, body: models.OpinionIn) -> models.OpinionOut:
        """Answer a request for an opinion.

        Answer what another body asked, or give one's share of a joint step; a no says why.

        Scopes: casework.give_opinion.
        """
        return cast(
            "models.OpinionOut",
            self.transport.call("POST", f"/api/v1/opinions/{segment(opinion_id)}/answer", body=body).read(),
        )

    def ask_question(self, number: str, body: models.GuidanceIn) -> models.GuidanceOut:
        """Ask street or department how it is handled.

        Ask street or department how the case's item is handled; neither question nor answer may name anybody.

        Scopes: casework.ask_question.
        """
        return cast(
            "models.GuidanceOut",
            self.transport.call("POST", f"/api/v1/cases/{segment(number)}/questions", body=body).read(),
        )

    def list_questions(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "id",
                "item_code",
                "item_name",
                "level",
                "department",
                "place",
                "question",
                "asked_at",
                "due_on",
                "answer",
                "answered_at",
            ]
        ]
        | None = None,
    ) -> models.GuidanceOutPage:
        """Questions to us.

        List what one's street or department was asked and nobody has answered yet, the most urgent first.

        Scopes: casework.answer_question.
        """
        return cast(
            "models.GuidanceOutPage",
            self.transport.call(
                "GET", f"/api/v1/questions", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def answer_question(self, question_id: str, body: models.AnswerIn) -> models.GuidanceOut:
        """Answer how it is handled.

        Answer how an item is handled, once, for everybody who handles it.

        Scopes: casework.answer_question.
        """
        return cast(
            "models.GuidanceOut",
            self.transport.call("POST", f"/api/v1/questions/{segment(question_id)}/answer", body=body).read(),
        )

    def list_answers(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        item_code: str | None = None,
        words: str | None = None,
        fields: list[
            Literal[
                "id",
                "item_code",
                "item_name",
                "level",
                "department",
                "place",
                "question",
                "asked_at",
                "due_on",
                "answer",
                "answered_at",
            ]
        ]
        | None = None,
    ) -> models.GuidanceOutPage:
        """How-to answers.

        List what was answered in one's counties, the newest first: of one item, or with some words in it.

        Scopes: casework.answer_question or casework.view.
        """
        return cast(
            "models.GuidanceOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/answers",
                query={"limit": limit, "after": after, "item_code": item_code, "words": words, "fields": fields},
            ).read(),
        )

    def list_follow_ups(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal[
                "id",
                "case_number",
                "item_code",
                "score",
                "comment",
                "call_by",
                "answer_by",
                "called_at",
                "outcome",
                "answer",
                "closed_at",
                "version",
            ]
        ]
        | None = None,
    ) -> models.FollowUpOutPage:
        """Bad ratings that wait.

        List the bad ratings that wait to be called back or answered, the most urgent first.

        Scopes: casework.follow_up.
        """
        return cast(
            "models.FollowUpOutPage",
            self.transport.call(
                "GET", f"/api/v1/follow-ups", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def call_back(self, follow_up_id: str, body: models.CallIn, *, if_match: int | str) -> models.FollowUpOut:
        """Note a call back.

        Note that the person was called; who was rated cannot do it.

        Scopes: casework.follow_up.
        """
        return cast(
            "models.FollowUpOut",
            self.transport.call(
                "POST", f"/api/v1/follow-ups/{segment(follow_up_id)}/call", body=body, if_match=if_match
            ).read(),
        )

    def answer_follow_up(
        self, follow_up_id: str, body: models.FollowUpIn, *, if_match: int | str
    ) -> models.FollowUpOut:
        """Close a bad rating.

        Close a bad rating with what was done about it.

        Scopes: casework.follow_up.
        """
        return cast(
            "models.FollowUpOut",
            self.transport.call(
                "POST", f"/api/v1/follow-ups/{segment(follow_up_id)}/answer", body=body, if_match=if_match
            ).read(),
        )

    def list_work_items(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal["id", "kind", "what", "case_number", "community_code", "opened_at", "outcome", "closed_at"]
        ]
        | None = None,
    ) -> models.WorkItemOutPage:
        """Work items.

        List what somebody must look at because nobody was there to be told.

        Scopes: casework.mend or casework.supervise.
        """
        return cast(
            "models.WorkItemOutPage",
            self.transport.call(
                "GET", f"/api/v1/work-items", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def close_work_item(self, work_item_id: str, body: models.OutcomeIn) -> models.WorkItemOut:
        """Close a matter of supervision.

        Close a work item with what was done.

        Scopes: casework.mend or casework.supervise.
        """
        return cast(
            "models.WorkItemOut",
            self.transport.call("POST", f"/api/v1/work-items/{segment(work_item_id)}/outcome", body=body).read(),
        )

    def list_notices(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["number", "item_name", "name", "community", "until"]] | None = None,
    ) -> models.NoticeOutPage:
        """Public notice.

        List what is posted today: names with one character hidden.
        """
        return cast(
            "models.NoticeOutPage",
            self.transport.call(
                "GET", f"/api/v1/notices", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def object_to_notice(self, number: str, body: models.ObjectIn) -> models.ReceivedObjection:
        """Object to a public notice.

        Raise an objection while a result is posted; nothing is decided before it is answered.
        """
        return cast(
            "models.ReceivedObjection",
            self.transport.call("POST", f"/api/v1/notices/{segment(number)}/objections", body=body).read(),
        )

    def list_objections(
        self,
        number: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "case_number", "text", "raised_at", "answer", "answered_at"]] | None = None,
    ) -> models.ObjectionOutPage:
        """List objections to a case.

        Scopes: casework.suspend.
        """
        return cast(
            "models.ObjectionOutPage",
            self.transport.call(
                "GET",
                f"/api/v1/cases/{segment(number)}/objections",
                query={"limit": limit, "after": after, "fields": fields},
            ).read(),
        )

    def answer_objection(self, number: str, objection_id: str, body: models.ObjectionAnswerIn) -> models.ObjectionOut:
        """Answer the objection.

        Answer an objection: its answer is kept with the case.

        Scopes: casework.suspend.
        """
        return cast(
            "models.ObjectionOut",
            self.transport.call(
                "POST", f"/api/v1/cases/{segment(number)}/objections/{segment(objection_id)}/answer", body=body
            ).read(),
        )

    def ask_rating(self, number: str) -> models.RatingLinkOut:
        """Let the applicant rate on the screen.

        Make the link of a page on which the applicant rates by herself: once, ten minutes.

        Scopes: casework.ask_rating.
        """
        return cast(
            "models.RatingLinkOut", self.transport.call("POST", f"/api/v1/cases/{segment(number)}/rating-link").read()
        )

    def rate_by_telephone(self, number: str, body: models.RatingIn) -> models.RatingOut:
        """Store a rating given on the telephone.

        Store what the applicant answered on the telephone; who handled the case cannot ask. A case is rated once.

        Scopes: casework.ask_rating.
        """
        return cast(
            "models.RatingOut",
            self.transport.call("POST", f"/api/v1/cases/{segment(number)}/rating-by-telephone", body=body).read(),
        )

    def get_rating_link(
        self, token: str, *, fields: list[Literal["item_name", "is_over", "is_rated"]] | None = None
    ) -> models.AskedToRate:
        """See what a rating link asks about.

        Say what a link to rate asks about.
        """
        return cast(
            "models.AskedToRate",
            self.transport.call("GET", f"/api/v1/ratings/{segment(token)}", query={"fields": fields}).read(),
        )

    def rate_by_link(self, token: str, body: models.RatingIn) -> None:
        """Rate by a link.

        Store what was pressed on a turned screen or a resident's telephone: the link speaks for her.
        """
        self.transport.call("POST", f"/api/v1/ratings/{segment(token)}", body=body)

    def list_proposals(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["code", "name", "summary", "because", "more_is_asked"]] | None = None,
    ) -> models.ProposalOutPage:
        """What I may be entitled to.

        List what I may be entitled to and have not asked for, each with its rule. It decides nothing (R38).

        Scopes: casework.apply.
        """
        return cast(
            "models.ProposalOutPage",
            self.transport.call(
                "GET", f"/api/v1/me/proposals", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def decline_proposal(self, code: str) -> None:
        """Do not tell me of this again.

        Do not want to be told of an item again; harmless when repeated.

        Scopes: casework.apply.
        """
        self.transport.call("POST", f"/api/v1/me/proposals/{segment(code)}/decline")

    def list_slips(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["number", "item_code", "item_name", "responsible", "status", "received_at", "answer_by"]]
        | None = None,
    ) -> models.SlipOutPage:
        """Taken in for other counties.

        List what this county's windows took in for other counties, and how it stands there.

        Scopes: casework.receive.
        """
        return cast(
            "models.SlipOutPage",
            self.transport.call(
                "GET", f"/api/v1/slips", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def get_figures(
        self,
        *,
        days: Literal["30", "90", "180", "365"] | None = None,
        fields: list[Literal["since", "counts", "by_item"]] | None = None,
    ) -> models.FiguresOut:
        """Figures.

        Show how the cases received in the last days went, within reach.

        Scopes: casework.figures.
        """
        return cast(
            "models.FiguresOut",
            self.transport.call("GET", f"/api/v1/figures", query={"days": days, "fields": fields}).read(),
        )

    def list_lifecycle(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["sources", "action", "label", "target", "permission", "clock", "guards", "rests_on"]]
        | None = None,
    ) -> models.WayOutPage:
        """How cases move.

        List the ways that a case can take: the very table that guards them.
        """
        return cast(
            "models.WayOutPage",
            self.transport.call(
                "GET", f"/api/v1/lifecycle", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def list_authorities(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal["id", "applicant_name", "agent_name", "relation", "ground", "valid_from", "valid_to", "recorded_at"]
        ]
        | None = None,
    ) -> models.AuthorityOutPage:
        """Who may act for me, and for whom I may act.

        List the standing authorities that count today with oneself on either side, newest first.

        Scopes: casework.apply.
        """
        return cast(
            "models.AuthorityOutPage",
            self.transport.call(
                "GET", f"/api/v1/authorities", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def record_authority(
        self,
        *,
        agent_id_number: str,
        applicant_id_number: str,
        relation: Literal["child", "spouse", "parent", "guardian", "relative", "proxy"],
        ground: Literal["written", "relation", "parent_of_child"],
        until: str,
        agent_id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"] | None = None,
        applicant_id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"] | None = None,
        is_paper_seen: Literal["true", "false"] | None = None,
        file: Upload | None | None = None,
        idempotency_key: str | None = None,
    ) -> models.AuthorityOut:
        """Record a standing authority.

        Write down that somebody may act for another until a day: both documents read, the paper seen or scanned.

        An earlier authority between the two ends with it.

        Scopes: casework.receive.
        """
        return cast(
            "models.AuthorityOut",
            self.transport.call(
                "POST",
                f"/api/v1/authorities",
                form={
                    "agent_id_number": agent_id_number,
                    "applicant_id_number": applicant_id_number,
                    "relation": relation,
                    "ground": ground,
                    "until": until,
                    "agent_id_kind": agent_id_kind,
                    "applicant_id_kind": applicant_id_kind,
                    "is_paper_seen": is_paper_seen,
                    "file": file,
                },
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def revoke_authority(self, authority_id: str, body: models.RevokeAuthorityIn) -> None:
        """Revoke a standing authority.

        End a standing authority at once: by either of the two, or at a window that has read a card of theirs.

        Scopes: casework.apply or casework.receive.
        """
        self.transport.call("POST", f"/api/v1/authorities/{segment(authority_id)}/revocation", body=body)

    def record_mandate(
        self,
        *,
        agent_id_number: str,
        applicant_id_number: str,
        relation: Literal["child", "spouse", "parent", "guardian", "relative", "proxy"],
        ground: Literal["written", "relation", "parent_of_child"],
        agent_id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"] | None = None,
        applicant_id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"] | None = None,
        is_paper_seen: Literal["true", "false"] | None = None,
        file: Upload | None | None = None,
        idempotency_key: str | None = None,
    ) -> models.MandateOut:
        """Record by what right somebody acts.

        Write down by what right somebody at the window applies for another; every draft of the visit rests on it.

        Scopes: casework.receive.
        """
        return cast(
            "models.MandateOut",
            self.transport.call(
                "POST",
                f"/api/v1/mandates",
                form={
                    "agent_id_number": agent_id_number,
                    "applicant_id_number": applicant_id_number,
                    "relation": relation,
                    "ground": ground,
                    "agent_id_kind": agent_id_kind,
                    "applicant_id_kind": applicant_id_kind,
                    "is_paper_seen": is_paper_seen,
                    "file": file,
                },
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def use_authority(self, body: models.TwoIn, *, idempotency_key: str | None = None) -> models.MandateOut:
        """Act by a standing authority.

        Let a visit rest on the authority that stands between the two.

        Scopes: casework.receive.
        """
        return cast(
            "models.MandateOut",
            self.transport.call(
                "POST", f"/api/v1/mandates/by-authority", body=body, idempotency_key=idempotency_key or new_key()
            ).read(),
        )

    def send_consent_code(self, body: models.CodeIn) -> models.CodeSent:
        """Send a resident a code to agree with.

        Send a code to the telephone that the registry has of a resident, which she reads back to agree.

        Scopes: casework.receive.
        """
        return cast("models.CodeSent", self.transport.call("POST", f"/api/v1/consent-codes", body=body).read())

    def record_consent(
        self,
        *,
        applicant_id_number: str,
        item_code: str,
        ground: Literal["spoken", "by_code", "signed"],
        applicant_id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"] | None = None,
        code: str | None = None,
        was_told: Literal["true", "false"] | None = None,
        file: Upload | None | None = None,
        idempotency_key: str | None = None,
    ) -> models.MandateOut:
        """Record that a resident agreed.

        Write down how a resident agreed that a worker applies for her: for one item, on this day.

        Scopes: casework.receive.
        """
        return cast(
            "models.MandateOut",
            self.transport.call(
                "POST",
                f"/api/v1/consents",
                form={
                    "applicant_id_number": applicant_id_number,
                    "item_code": item_code,
                    "ground": ground,
                    "applicant_id_kind": applicant_id_kind,
                    "code": code,
                    "was_told": was_told,
                    "file": file,
                },
                idempotency_key=idempotency_key or new_key(),
            ).read(),
        )

    def find_resident_accounts(
        self, body: models.DocumentInput, *, limit: int | None = None, after: str | None = None
    ) -> models.AccountOutPage:
        """Find the accounts of a resident.

        List the accounts of the person whose card was read, each with those that are joined to it.

        Scopes: accounts.join_residents.
        """
        return cast(
            "models.AccountOutPage",
            self.transport.call(
                "POST", f"/api/v1/resident-accounts/search", body=body, query={"limit": limit, "after": after}
            ).read(),
        )

    def join_resident_accounts(self, body: models.JoinIn) -> None:
        """Join the accounts of a resident.

        Let another account of the person whose card was read go on under the one that is kept.

        Scopes: accounts.join_residents.
        """
        self.transport.call("POST", f"/api/v1/resident-accounts/joins", body=body)

    def part_resident_accounts(self, join_id: str, body: models.DocumentInput) -> None:
        """Part the accounts of a resident.

        Part two accounts of the person whose card was read: each has again what was its own before.

        Scopes: accounts.join_residents.
        """
        self.transport.call("POST", f"/api/v1/resident-accounts/joins/{segment(join_id)}/parting", body=body)

    def list_entitled(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        state: Literal["open", "prepared", "set_aside", "gone"] | None = None,
        item: str | None = None,
        fields: list[
            Literal[
                "id", "person_id", "name", "community_code", "item_code", "state", "day", "draft_id", "note", "version"
            ]
        ]
        | None = None,
    ) -> models.FoundRowPage:
        """See who may be entitled and has not applied.

        List who seems to qualify and has not applied, by item.

        Scopes: entitlement.view.
        """
        return cast(
            "models.FoundRowPage",
            self.transport.call(
                "GET",
                f"/api/v1/entitled",
                query={"limit": limit, "after": after, "state": state, "item": item, "fields": fields},
            ).read(),
        )

    def get_entitled(
        self,
        found_id: str,
        *,
        fields: list[
            Literal[
                "id",
                "person_id",
                "name",
                "community_code",
                "item_code",
                "state",
                "day",
                "draft_id",
                "note",
                "version",
                "reasons",
            ]
        ]
        | None = None,
    ) -> models.FoundOut:
        """See why a person is listed.

        Tell why a person is on the list, by the facts and the rule of the run that found her. The look is recorded.

        Scopes: entitlement.view.
        """
        return cast(
            "models.FoundOut",
            self.transport.call("GET", f"/api/v1/entitled/{segment(found_id)}", query={"fields": fields}).read(),
        )

    def prepare_entitled(self, found_id: str, body: models.PrepareIn) -> models.FoundRow:
        """Prepare an application.

        Make a draft in her own account that only she can send, and tell her.

        Scopes: entitlement.prepare.
        """
        return cast(
            "models.FoundRow",
            self.transport.call("POST", f"/api/v1/entitled/{segment(found_id)}/prepare", body=body).read(),
        )

    def set_entitled_aside(self, found_id: str, body: models.SetAsideIn) -> models.FoundRow:
        """Note that nothing is to be done.

        Note that nothing is to be done, and why; later runs let her be.

        Scopes: entitlement.prepare.
        """
        return cast(
            "models.FoundRow",
            self.transport.call("POST", f"/api/v1/entitled/{segment(found_id)}/set-aside", body=body).read(),
        )

    def list_entitlement_runs(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "day", "started_at", "finished_at", "engine", "people", "facts_sha256", "counts"]]
        | None = None,
    ) -> models.RunOutPage:
        """See the batches.

        List the batches, the newest first.

        Scopes: entitlement.run.
        """
        return cast(
            "models.RunOutPage",
            self.transport.call(
                "GET", f"/api/v1/entitlement-runs", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def start_entitlement_run(self) -> None:
        """Search now.

        Begin a batch; the worker does it, and it stands among the batches when it is done.

        Scopes: entitlement.run.
        """
        self.transport.call("POST", f"/api/v1/entitlement-runs")

    def list_messages(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "title", "text", "link", "at", "is_read"]] | None = None,
    ) -> models.MessageOutPage:
        """Show my messages.

        List what I was told, newest first. Reading them here does not mark them as read.

        Scopes: web.messages or web.use_workbench.
        """
        return cast(
            "models.MessageOutPage",
            self.transport.call(
                "GET", f"/api/v1/messages", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def mark_message_read(self, message_id: str) -> None:
        """Note a message as read.

        Note that I have read a message.

        Scopes: web.messages or web.use_workbench.
        """
        self.transport.call("POST", f"/api/v1/messages/{segment(message_id)}/reading")

    def set_consent(self, body: models.ConsentIn) -> models.ConsentOut:
        """Agree to text messages or no longer.

        Agree to text messages about my applications, or no longer.

        Scopes: web.messages.
        """
        return cast("models.ConsentOut", self.transport.call("PUT", f"/api/v1/me/consent", body=body).read())

    def list_undelivered(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "event", "subscriber", "attempts", "failed_at", "reason"]] | None = None,
    ) -> models.UndeliveredOutPage:
        """Deliveries that gave up.

        List the deliveries inside the house that gave up, the longest waiting first.

        Scopes: events.view.
        """
        return cast(
            "models.UndeliveredOutPage",
            self.transport.call(
                "GET", f"/api/v1/undelivered", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def deliver_again(self, delivery_id: str) -> None:
        """Deliver an inner message again.

        Give a delivery that gave up all its attempts again.

        Scopes: events.deliver_again.
        """
        self.transport.call("POST", f"/api/v1/undelivered/{segment(delivery_id)}/again")

    def list_kiosks(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[
            Literal["id", "place_code", "place_name", "name", "registered_at", "paired_at", "seen_at", "revoked_at"]
        ]
        | None = None,
    ) -> models.KioskOutPage:
        """List public screens.

        List the screens of one's place and below it, the newest first.

        Scopes: web.kiosks.
        """
        return cast(
            "models.KioskOutPage",
            self.transport.call(
                "GET", f"/api/v1/kiosks", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def register_kiosk(self, body: models.KioskIn) -> models.PairingOut:
        """Register a public screen.

        Register a screen for a place within reach; its pairing code is shown once, so this is no request to repeat.

        Scopes: web.kiosks.
        """
        return cast("models.PairingOut", self.transport.call("POST", f"/api/v1/kiosks", body=body).read())

    def pair_kiosk_anew(self, kiosk_id: str) -> models.PairingOut:
        """Pair a public screen anew.

        Draw a new pairing code: what the screen held before no longer counts.

        Scopes: web.kiosks.
        """
        return cast(
            "models.PairingOut", self.transport.call("POST", f"/api/v1/kiosks/{segment(kiosk_id)}/pairing").read()
        )

    def revoke_kiosk(self, kiosk_id: str) -> None:
        """Revoke a public screen.

        Take a screen out of service for good: from the next touch on it is any browser.

        Scopes: web.kiosks.
        """
        self.transport.call("DELETE", f"/api/v1/kiosks/{segment(kiosk_id)}")

    def list_kiosk_calls(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        fields: list[Literal["id", "kiosk_id", "kiosk_name", "called_at", "answered_at", "answered_name"]]
        | None = None,
    ) -> models.CallOutPage:
        """Calls for help.

        List the calls for help at one's own place that nobody has answered, the longest waiting first.

        Scopes: web.answer_calls.
        """
        return cast(
            "models.CallOutPage",
            self.transport.call(
                "GET", f"/api/v1/kiosk-calls", query={"limit": limit, "after": after, "fields": fields}
            ).read(),
        )

    def answer_kiosk_call(self, call_id: str) -> models.CallOut:
        """Answer calls from public screens.

        Say that one goes to the screen.

        Scopes: web.answer_calls.
        """
        return cast(
            "models.CallOut", self.transport.call("POST", f"/api/v1/kiosk-calls/{segment(call_id)}/answer").read()
        )
