"""A decision in words: the line, why, under which condition another comes first, the risks, where a line stands."""

from __future__ import annotations

from assistant.agent.sizing_answer import memory_check
from assistant.agent.wording import Wording
from assistant.rules.catalogue import Product
from assistant.rules.facts import OPPOSED, contradictory
from assistant.rules.lines import Line, line_of
from assistant.rules.requirements import FieldName
from assistant.rules.trace import Decision, Fired

_REASONS = 4
_STORAGE: tuple[Product, ...] = ("S", "SF")


class RecommendationText(Wording):
    """Paragraphs about decisions."""

    def recommendation(self, decision: Decision, *, whole: bool = False, checked: bool = False) -> None:
        """The line with what is new about it. `whole` repeats reasons that were told before, `checked` says that memory
        was told in this reply."""
        if not contradictory(self.turn.state.requirements):
            self.headline(decision)
        reasons = [f for f in decision.reasons if self.first_time(f"because:{f.because.get('en')}") or whole]
        rows = [self.reason(fired) for fired in reasons[:_REASONS]]
        template = "alternative" if decision.models else "alternative_tier"
        for option in decision.alternatives:
            when = option.when.get(self.language)
            told = self.first_time(f"alternative:{decision.models}:{option.models}:{option.when.get('en')}")
            # An open tier is told by its alternatives: without them the reply would say nothing.
            if not (told or whole or not decision.models):
                continue
            # A condition of our own making is marked as such; else the citation stands for what the line is for.
            stated = any(rule.startswith("W") for rule in option.rules)
            mark = self.citations.rule(line_of(option.models[0]).source) if stated else self.say("house_mark")
            rows.append(f"- {self.say(template, when=when, models=self.models(option.models))} {mark}".rstrip())
        self.add("\n".join(rows))
        if decision.sizing is not None and not checked:
            self.add(memory_check(decision.sizing, self.language, self.say))
        self.risks(decision)

    def headline(self, decision: Decision) -> None:
        """The recommendation in one sentence."""
        if not decision.models:
            self.add(self.say("series_only", series=self.series(decision)))
            return
        key = "recommend_firm" if decision.confidence == "firm" else "recommend_provisional"
        beside = self.say("project") if decision.project_based else ""
        storage = tuple(model for model in decision.models if model in _STORAGE)
        lines = tuple(model for model in decision.models if model not in _STORAGE) or storage
        if storage and lines != storage:
            beside += self.say("with_storage", models=self.models(storage))
        self.add(self.say(key, models=self.models(lines), series=self.series(decision), project=beside))

    def reason(self, fired: Fired) -> str:
        """A rule that fired, with its source."""
        cites = self.citations.rule(fired.source) or self.say("house_mark")
        return "- " + self.say("reason", because=fired.because.get(self.language), cites=cites)

    def contradicting(self) -> tuple[FieldName, ...]:
        """The two fields whose statements can't hold together; nothing where there are none."""
        found = contradictory(self.turn.state.requirements)
        pair: tuple[FieldName, ...] = next((pair for pair in OPPOSED if pair[0] in found), ())
        return tuple(name for name in pair if name in self.turn.state.slots)

    def risks(self, decision: Decision | None) -> None:
        """Each misconception once in a conversation; the card keeps showing it."""
        for risk in decision.risks if decision else ():
            if self.first_time(f"risk:{risk.id}"):
                self.add(self.say("risk", text=risk.text.get(self.language), cites=self.citations.rule(risk.source)))

    def fit(self, models: tuple[Product, ...]) -> str:
        """What a line is for."""
        line = line_of(models[0])
        name = f"**{self.models(line.models)}**"
        fit = self.say("pair", name=name, value=line.fit.get(self.language))
        return f"- {fit} {self.citations.rule(line.source)}"

    def verdict(self, line: Line) -> str:
        """Whether a line is the recommendation, in one sentence."""
        decision = self.decision
        if decision is None:
            return self.say("nothing_to_recommend")
        told, name = set(line.models), self.models(line.models)
        if told & set(decision.models):
            key = "verdict_yes" if decision.confidence == "firm" else "verdict_for_now"
            return self.say(key, models=name)
        if any(told & set(option.models) for option in decision.alternatives):
            return self.say("verdict_open", models=name)
        present = self.models(decision.models) if decision.models else self.series(decision)
        return self.say("verdict_no", models=name, present=present)

    def standing(self, line: Line) -> str:
        """Where a line stands in the present decision: recommended, an alternative or ruled out, and why."""
        decision = self.turn.findings.decision
        rows = [self.fit(line.models)]
        if decision is None:
            return rows[0]
        told = set(line.models)
        if told & set(decision.models):
            rows += [self.reason(fired) for fired in decision.reasons[:_REASONS]]
        for option in decision.alternatives:
            if told & set(option.models):
                when = option.when.get(self.language)
                rows.append("- " + self.say("would_fit", when=when, models=self.models(option.models)))
        for row in decision.ruled_out:
            if told & set(row.models):
                because = row.because.get(self.language)
                rows.append("- " + self.say("ruled_out", because=because, cites=self.citations.rule(row.source)))
        return "\n".join(rows)
