"""Handlers that ask a model by DSPy and name none, for the services tests."""

import dspex
import dspy


@dspex.register("ask")
def ask(question):
    return dspy.Predict("question -> answer")(question=question).answer


@dspex.register("ask-async")
async def ask_async(question):
    return (await dspy.Predict("question -> answer").acall(question=question)).answer


@dspex.register("ask-each")
def ask_each(questions):
    for question in questions:
        yield ask(question)


@dspex.register("ask-each-async")
async def ask_each_async(questions):
    for question in questions:
        yield await ask_async(question)


@dspex.register("ask-at-once")
def ask_at_once(questions):
    """In threads of DSPy's own."""
    predict = dspy.Predict("question -> answer")
    pairs = [(predict, {"question": question}) for question in questions]
    return [prediction.answer for prediction in dspy.Parallel(num_threads=2, disable_progress_bar=True)(pairs)]


@dspex.register("ask-json")
def ask_json(question):
    with dspy.context(adapter=dspy.JSONAdapter()):
        return ask(question)


@dspex.register("ask-json-async")
async def ask_json_async(question):
    with dspy.context(adapter=dspy.JSONAdapter()):
        return await ask_async(question)


@dspex.register("ask-warmly")
def ask_warmly(question):
    return dspy.Predict("question -> answer", temperature=0.7, max_tokens=9)(question=question).answer


@dspex.register("ask-and-tell")
def ask_and_tell(question):
    try:
        return ask(question)
    except dspex.HostError as error:
        return {"code": error.code, "message": str(error)}
