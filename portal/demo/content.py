"""Notices, the service guide and the duty roster of a community."""

import random
from datetime import date, timedelta

from django.core.files.base import ContentFile

from community.models import Duty, Notice, NoticeAttachment, ServiceItem, Unit

from . import calendar
from .officers import Officers
from .posters import ALTS
from .scene import BATCH, Scene
from .texts import guide, notices, notices_more, notices_own

LARGE_HALLS = ("niying", "zhongnan")
FILES = {
    "csv": ("收支情况.csv", "\ufeff项目,收入（元）,支出（元）\r\n上年结余,18400,\r\n街道拨付工作经费,60000,\r\n为民办实事,,31250\r\n文体活动,,12860\r\n办公与水电,,14310\r\n志愿服务保障,,6900\r\n"),
    "txt": ("议定事项.txt", "议定事项、办理人和期限\r\n\r\n一、路灯维修　网格员牵头，物业办理，两周内完成。\r\n二、楼道杂物清理　楼栋长牵头，当月最后一个星期六。\r\n三、充电棚选址　业委会牵头，下月再议。\r\n"),
}  # fmt: skip


OWN_TITLES = {(slug, row[3]) for slug, rows in notices_own.OWN.items() for row in rows}


def such_days(month: int | str, day: int, first: date, until: date) -> list[date]:
    """Every `day` of `month`, or `day` days after a festival, from `first` to `until`."""
    if isinstance(month, str):
        return calendar.festival(month, first, until, -day)
    days = (date(year, month, day) for year in range(first.year, until.year + 1))
    return [found for found in days if first <= found <= until]


class Content:
    def __init__(self, scene: Scene, plan: dict, place: dict, officers: Officers, phone: str):
        self.scene, self.plan, self.place, self.phone = scene, plan, place, phone
        self.unit: Unit = place["unit"]
        self.staff, self.secretary = officers.staff, officers.secretary
        self.dice = scene.dice(plan["slug"], "content")
        compounds = place["compounds"]
        self.near = [compounds[0], compounds[min(1, len(compounds) - 1)]]

    def filled(self, text: str, day: date) -> str:
        return text.format(
            phone=self.phone,
            year=day.year,
            first=self.near[0].name,
            second=self.near[1].name,
            room=self.plan["facilities"][0][1],
        )

    def texts(self):
        """What this community published and when: its own notices, and of the common ones some in words of its own.

        A text that came round twice had other words, and an end, the first time.
        """
        slug = self.plan.get("like", self.plan["slug"])
        first, until = self.scene.first if self.scene.full else self.scene.ago(364), self.scene.until
        for month, day, category, title, text, more in [
            *notices_own.OWN[slug],
            *notices.NOTICES,
            *notices_more.MORE,
        ]:
            others = notices_more.OTHER_WORDS.get(title, [])
            taste = random.Random(f"{self.plan['slug']} {title}")
            skipped = (
                taste.random() < 0.45
                and not others
                and (slug, title) not in OWN_TITLES
                and "only" not in more
            )
            if skipped or slug not in more.get("only", {slug}):
                continue
            words = [(title, text, more.get("pic")), *others]
            chosen = taste.randrange(len(words))
            for turn, when in enumerate(reversed(such_days(month, day, first, until))):
                said = words[(chosen + turn) % len(words)]
                yield when, category, *said, more | ({"days": 90, "pin": False} if turn else {})

    def notices(self, pictures: dict[str, dict[str, str]]) -> None:
        rows, options = [], []
        texts = list(self.texts())
        for when, category, title, text, picture, more in texts if self.scene.full else texts[:5]:
            when = min(when + timedelta(days=self.dice.randint(0, 2)), self.scene.ago(1))
            row = self.notice(when, title, text, category=category, published_by=self.secretary)
            row.published_at = row.publish_from
            row.pinned = bool(more.get("pin")) and (self.scene.until - when).days < 60
            if "days" in more:
                row.publish_until = row.publish_from + timedelta(days=more["days"])
            if picture and pictures:
                row.picture = pictures["notices"].get(picture) or pictures["posters"][picture]
                row.picture_alt = ALTS[picture]
            rows.append(row)
            options.append(more)
        rows += [self.waiting(), self.draft(), self.recalled()]
        if self.scene.full:
            rows.append(self.scheduled())
        Notice.objects.bulk_create(rows, batch_size=BATCH)
        self.targets([row for row, more in zip(rows, options, strict=False) if more.get("target")])
        if self.scene.full:
            self.attach(
                [(row, more["file"]) for row, more in zip(rows, options, strict=False) if more.get("file")]
            )

    def one_of(self, wordings: tuple):
        return wordings[self.plan.get("order", 0) % len(wordings)]

    def notice(self, when: date, title: str, text: str, **fields) -> Notice:
        author = self.dice.choice(self.staff)
        moment = self.scene.moment(when, self.dice.randint(9, 17), self.dice.choice((0, 10, 20, 30, 40, 50)))
        moment = min(moment, self.scene.now - timedelta(hours=3))
        second = self.plan["slug"] == "niying"
        return Notice(
            unit=self.unit, title=self.filled(title, when), body=self.filled(text, when), publish_from=moment, needs_second=second,
            written_by=author, written_at=moment - timedelta(hours=4), submitted_at=moment - timedelta(hours=2), submitted_by=author, **fields,
        )  # fmt: skip

    def waiting(self) -> Notice:
        title, text = self.one_of(notices_more.WAITING)
        row = self.notice(self.scene.ago(1), title, text, category="publicity")
        row.needs_second = True
        return row

    def draft(self) -> Notice:
        row = self.notice(self.scene.ago(2), *self.one_of(notices_more.DRAFT))
        row.submitted_at = row.submitted_by = None
        return row

    def recalled(self) -> Notice:
        title, text, reason = self.one_of(notices_more.RECALLED)
        row = self.notice(self.scene.ago(12), title, text, published_by=self.secretary)
        row.published_at = row.publish_from
        row.recalled_at, row.recalled_by, row.recall_reason = (
            row.publish_from + timedelta(hours=20),
            self.secretary,
            reason,
        )
        return row

    def scheduled(self) -> Notice:
        """Published by now, to be read from the day after tomorrow on."""
        title, text = self.one_of(notices_more.SCHEDULED)
        row = self.notice(self.scene.ago(1), title, text, published_by=self.secretary)
        row.published_at = row.publish_from
        row.publish_from = self.scene.moment(self.scene.until + timedelta(days=2), 8)
        return row

    def targets(self, rows: list[Notice]) -> None:
        through = Notice.targets.through
        through.objects.bulk_create(through(notice=row, unit=unit) for row in rows for unit in {*self.near})

    def attach(self, wanted: list[tuple[Notice, str]]) -> None:
        for notice, kind in wanted:
            name, text = FILES[kind]
            content = text.encode()
            attachment = NoticeAttachment(notice=notice, name=name, size=len(content))
            attachment.file.save(name, ContentFile(content), save=False)
            attachment.save()

    def guide(self) -> None:
        """All items in the communities with a large hall, the everyday ones elsewhere."""
        items = (
            guide.items()
            if self.plan["slug"] in LARGE_HALLS
            else [item for item in guide.items() if item.everyday]
        )
        if not self.scene.full:
            items = items[:6]
        ServiceItem.objects.bulk_create(
            ServiceItem(
                unit=self.unit,
                category=item.category,
                name=item.name,
                who=item.who,
                materials="\n".join(item.materials),
                steps="\n".join(item.steps),
                window=item.window,
                hours=self.plan["profile"]["opening_hours"],
                time_limit=item.time_limit,
                fee=item.fee,
                basis=item.basis,
                phone=self.phone,
                order=order,
            )  # fmt: skip
            for order, item in enumerate(items, 1)
        )

    def duties(self) -> None:
        """Somebody every day from 8:30 to 18:00: as far back as events go, a month ahead; the secretary takes Mondays."""
        back, ahead = ((self.scene.until - self.scene.first).days, 30) if self.scene.full else (3, 3)
        rows = []
        for shift in range(-back, ahead + 1):
            day = self.scene.until + timedelta(days=shift)
            holder = (
                self.secretary
                if day.weekday() == 0
                else self.staff[(day.toordinal() + day.weekday()) % len(self.staff)]
            )
            rows.append(
                Duty(
                    unit=self.unit,
                    holder=holder,
                    starts_at=self.scene.moment(day, 8, 30),
                    ends_at=self.scene.moment(day, 18),
                    phone=self.phone,
                    place="服务大厅值班台",
                )  # fmt: skip
            )
        Duty.objects.bulk_create(rows, batch_size=BATCH)
