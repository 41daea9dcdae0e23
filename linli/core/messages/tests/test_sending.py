import datetime as dt
import logging
import threading

import pytest
from django.db import OperationalError, connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.calendar import at, now
from linli.core.messages import CASE_PROGRESS, addresses, queries, register_template, send, send_code, services
from linli.core.messages.gateways import GatewayFailed, NumberRefused, OutboxGateway, gateway
from linli.core.messages.models import Channel, Consent, Failure, Message, OutboxEntry, State
from linli.core.messages.sending import CodeNotSent
from linli.core.messages.tests.conftest import CLERK, DU, LIU, PHONE
from linli.core.tasks import MAX_ATTEMPTS
from linli.core.tasks.services import sweep
from linli.core.tasks.testing import run_all

DAY = dt.date(2026, 11, 24)


def fly(person_id=LIU, **more) -> bool:
    return send(template="kites.flown", person_id=person_id, context={"day": DAY, "height": 30}, **more)


def states() -> dict[str, str]:
    return dict(Message.everywhere.values_list("channel", "state"))


def sms() -> Message:
    return Message.everywhere.get(channel=Channel.SMS)


@pytest.mark.django_db
def test_with_consent_it_goes_to_the_portal_and_by_text_message(agreed, network):
    assert fly(about=("kites.kite", "7"), link="/kites/7/")
    run_all()

    [message] = queries.messages_for(person_id=LIU)
    assert message.text == "您的风筝飞了，2026年11月24日，高 30 米，用了 100% 的线。"
    assert (message.title, message.link, message.about_id, message.is_read) == ("风筝飞了", "/kites/7/", "7", False)
    assert network.taken == [(PHONE, message.text, str(sms().pk))]
    assert (sms().state, sms().receipt, sms().tries) == (State.SENT, "net-1", 1)


@pytest.mark.django_db
def test_without_consent_nothing_leaves_the_house(network):
    fly()
    run_all()

    assert states() == {"portal": State.SENT, "sms": State.NO_CONSENT}
    assert (sms().text, sms().address) == ("", "")
    assert network.taken == []


@pytest.mark.django_db
def test_person_without_a_telephone_reads_it_in_the_portal_in_her_language(network):
    Consent.objects.create(
        person_id=DU,
        channel=Channel.SMS,
        purpose=CASE_PROGRESS,
        text_version="1",
        given_at=now(),
        given_through="window",
    )

    fly(DU)
    run_all()

    assert states() == {"portal": State.SENT, "sms": State.NO_ADDRESS}
    [message] = queries.messages_for(person_id=DU)
    assert message.text.startswith("Your kite flew on ")
    assert "100% of its string" in message.text


@pytest.mark.django_db
def test_staff_are_told_in_the_portal_alone():
    send(template="kites.flown", account_id=CLERK, context={"day": DAY, "height": 1})

    assert states() == {"portal": State.SENT}
    assert len(queries.messages_for(account_id=CLERK)) == 1
    assert queries.messages_for(person_id=LIU) == []
    assert queries.messages_for() == []


@pytest.mark.django_db
def test_text_and_telephone_are_stored_sealed(agreed):
    fly()

    stored = str(list(Message.everywhere.values_list())) + str(list(DBTaskResult.objects.values_list()))
    assert "风筝" not in stored
    assert PHONE not in stored


@pytest.mark.django_db
def test_the_same_event_sends_once(agreed, network):
    assert fly(once_key="event-1.liu")
    assert not fly(once_key="event-1.liu")
    assert fly(once_key="event-2.liu")
    assert fly()
    assert fly()
    run_all()

    assert len(network.taken) == 4
    assert Message.everywhere.count() == 8


@pytest.mark.django_db(transaction=True)
def test_of_two_deliveries_at_once_one_sends():
    start, new = threading.Barrier(4), []

    def deliver():
        start.wait()
        while True:
            try:
                new.append(fly(once_key="event-1.liu"))
                break
            except OperationalError:
                continue  # SQLite in memory says "locked" where a file would wait
        connection.close()

    racing = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join()

    assert sorted(new) == [False, False, False, True]
    assert Message.everywhere.count() == 2


@pytest.mark.django_db(transaction=True)
def test_rolled_back_transaction_sends_nothing(liu, network):
    services.give_consent(LIU, by=liu, through="portal", text_version="2026-11")

    with transaction.atomic():
        fly()
        transaction.set_rollback(True)

    assert run_all() == 0
    assert network.taken == []
    assert not Message.everywhere.exists()


@pytest.mark.django_db
def test_network_that_fails_is_tried_again_and_the_portal_stays(agreed, network):
    network.trouble.append(GatewayFailed())
    fly()
    for attempt in range(1, MAX_ATTEMPTS):
        with pytest.raises(GatewayFailed):
            run_all()
        assert (sms().state, sms().tries) == (State.WAITING, attempt)
        assert sweep(now()) == 1

    run_all()

    assert (sms().state, sms().failure, sms().tries) == (State.FAILED, Failure.GATEWAY, MAX_ATTEMPTS)
    assert states()["portal"] == State.SENT
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    [_portal, told] = sorted(
        queries.told_about("", "", county_code=sms().county_code), key=lambda told: told.channel, reverse=True
    )
    assert (told.channel, told.state, told.why) == ("短信", "没有送到", "短信平台一直不通")


@pytest.mark.django_db
def test_network_that_comes_back_delivers_once(agreed, network):
    network.trouble.append(GatewayFailed())
    fly()
    with pytest.raises(GatewayFailed):
        run_all()
    network.trouble.clear()
    sweep(now())

    run_all()
    services.hand_over("510402", sms().pk, is_last_try=False)

    assert len(network.taken) == 1
    assert sms().state == State.SENT


@pytest.mark.django_db
def test_number_that_the_network_refuses_is_not_tried_again(agreed, network):
    network.trouble.append(NumberRefused())
    fly()

    run_all()

    assert (sms().state, sms().failure, sms().tries) == (State.FAILED, Failure.NUMBER, 1)


@pytest.mark.django_db
def test_consent_withdrawn_in_between_stops_what_waits(agreed, liu, network):
    fly()

    assert services.withdraw_consent(LIU, by=liu)
    run_all()

    assert network.taken == []
    assert (sms().state, sms().text) == (State.NO_CONSENT, "")


@pytest.mark.django_db
def test_receipts_say_what_became_of_it(agreed, network):
    fly()
    run_all()

    assert services.record_receipt("net-1", arrived=True)
    assert services.record_receipt("net-1", arrived=True)
    assert (sms().state, sms().delivered_at is not None) == (State.DELIVERED, True)
    assert services.record_receipt("net-1", arrived=False)  # too late: it has arrived
    assert sms().state == State.DELIVERED
    assert not services.record_receipt("net-99", arrived=True)
    assert not services.record_receipt("", arrived=True)


@pytest.mark.django_db
def test_receipt_of_a_number_that_was_dead(agreed, network):
    fly()
    run_all()

    services.record_receipt("net-1", arrived=False)

    assert (sms().state, sms().failure) == (State.FAILED, Failure.NUMBER)


@pytest.mark.django_db
def test_text_message_a_day_old_is_given_up(agreed):
    fly()
    moment = now()

    with at(moment + dt.timedelta(hours=23)):
        assert services.settle() == 0
    with at(moment + dt.timedelta(hours=25)):
        assert services.settle() == 1

    assert (sms().state, sms().failure) == (State.FAILED, Failure.TOO_LATE)


@pytest.mark.django_db
def test_demonstration_never_reaches_the_network(settings, agreed, network):
    settings.DEMO = True
    fly()

    run_all()

    assert network.taken == []
    [line] = queries.outbox()
    assert line.text.startswith("您的风筝飞了")
    assert line.phone == "154****0618"
    assert sms().receipt.startswith("outbox-")


@pytest.mark.django_db
def test_outbox_keeps_its_mouth_shut_outside_a_demonstration(settings, caplog):
    settings.DEMO = False

    with caplog.at_level(logging.INFO, logger="linli"):
        send_code(PHONE, "登录验证码 482913")

    assert [line.text for line in queries.outbox()] == [""]
    assert [line.text for line in queries.outbox(open_text=True)] == ["登录验证码 482913"]
    [record] = caplog.records
    assert "482913" not in str(vars(record))
    assert PHONE not in str(vars(record))
    stored = str(list(OutboxEntry.objects.values_list()))
    assert "482913" not in stored
    assert PHONE not in stored


@pytest.mark.django_db
def test_code_is_sent_at_once_or_refused_with_a_sentence(network):
    send_code(PHONE, "482913")
    assert network.taken == [(PHONE, "482913", "")]
    assert not Message.everywhere.exists()

    network.trouble.append(GatewayFailed())
    with pytest.raises(CodeNotSent) as refusal:
        send_code(PHONE, "482913")
    assert "不是您的号码有错" in str(refusal.value)


@pytest.mark.django_db
def test_codes_are_swept_out_after_a_day_and_messages_after_a_month(agreed):
    fly()
    run_all()
    send_code(PHONE, "482913")
    moment = now()

    with at(moment + dt.timedelta(days=2)):
        services.settle()
    assert [entry.reference for entry in OutboxEntry.objects.all()] == [str(sms().pk)]

    with at(moment + dt.timedelta(days=31)):
        services.settle()
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_sent_is_refused_before_anything_is_written():
    with pytest.raises(LookupError, match=r"no message template is called kites\.lost"):
        send(template="kites.lost", person_id=LIU)
    with pytest.raises(KeyError, match="height"):
        send(template="kites.flown", person_id=LIU, context={"day": DAY})
    with pytest.raises(ValueError, match="goes to a person or an account"):
        send(template="kites.flown")

    assert not Message.everywhere.exists()


@pytest.mark.django_db
def test_without_an_address_book_the_portal_remains(agreed, monkeypatch):
    monkeypatch.setattr(addresses, "_book", [])

    fly()

    assert states() == {"portal": State.SENT, "sms": State.NO_ADDRESS}


def test_words_are_registered_once():
    words = {"zh": "飞了", "en": "flew", "title_zh": "飞", "title_en": "Flight"}
    register_template("kites.test", **words)
    register_template("kites.test", **words)

    with pytest.raises(ValueError, match=r"kites\.test is registered twice"):
        register_template("kites.test", **{**words, "zh": "落了"})


def test_settings_name_the_gateway(settings):
    settings.DEMO = False
    assert isinstance(gateway(), OutboxGateway)


@pytest.mark.django_db
def test_sending_costs_the_same_for_a_person_with_many_messages(agreed, django_assert_max_num_queries):
    for _ in range(5):
        fly(once_key=str(now().timestamp()))

    with django_assert_max_num_queries(7):  # exists, her rows, consent, savepoint, insert, release, task
        fly(once_key="last")
