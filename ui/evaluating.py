"""`advisor eval` and `advisor eval candidates`: whatever goes wrong beside the cases ends with 2, as 1 says that a gate
was not kept."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from assistant.errors import AdvisorError
from ui import console, setup
from ui.labels import say

_BAD_INPUT = 2


def evaluate(words: Sequence[str]) -> int:
    """0 when all gates are kept, 1 when one is not, 2 when something that the run needs can't be used."""
    from evals.evaluate import main
    from ui import doctor

    language, reviewing = console.language(), words[:1] == ["candidates"]
    # What breaks a case stands in its trace, and what a model failed to do is counted.
    setup.logs("ERROR")
    try:
        if reviewing:
            # It takes them by itself, without a sentence for what is wrong with them.
            setup.settings()
        return main(
            words, installed=setup.settings, model_problem=lambda chosen: doctor.model_problem(chosen, language)
        )
    except setup.BadSetting as error:
        told = say("cli.bad_setting", language, name=error.name, problem=error.problem)
    except AdvisorError as error:
        told = error.message(language)
    except OSError as error:
        told = say("cli.cant_go_on", language, problem=error)
    except Exception as error:  # noqa: BLE001 - an index or a database may raise anything; a defect is no gate either
        used: tuple[doctor.Name, ...] = ("data", "database") if reviewing else ("data", "index")
        told = doctor.fault(setup.settings(), language, error, used) or traceback.format_exc()
    console.err(told)
    return _BAD_INPUT
