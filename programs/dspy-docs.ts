// What DSPy's own prompts say of its types: docstrings, shown only where `compat` asks for its bytes.
// From DSPy 3.3.1, https://github.com/stanfordnlp/dspy, MIT License, copyright (c) 2023 Stanford Future Data Systems.

/** The docstring of `dspy.Citations`. */
export const CITATIONS_DOC = `Experimental: This class may change or be removed in a future release without warning (introduced in v3.0.4).

Citations extracted from an LM response with source references.

    This type represents citations returned by language models that support
    citation extraction, particularly Anthropic's Citations API through LiteLLM.
    Citations include the quoted text and source information.

    Examples:
        \`\`\`python
        import os
        import dspy
        from dspy.signatures import Signature
        from dspy.experimental import Citations, Document
        os.environ["ANTHROPIC_API_KEY"] = "YOUR_ANTHROPIC_API_KEY"

        class AnswerWithSources(Signature):
            '''Answer questions using provided documents with citations.'''
            documents: list[Document] = dspy.InputField()
            question: str = dspy.InputField()
            answer: str = dspy.OutputField()
            citations: Citations = dspy.OutputField()

        # Create documents to provide as sources
        docs = [
            Document(
                data="The Earth orbits the Sun in an elliptical path.",
                title="Basic Astronomy Facts"
            ),
            Document(
                data="Water boils at 100°C at standard atmospheric pressure.",
                title="Physics Fundamentals",
                metadata={"author": "Dr. Smith", "year": 2023}
            )
        ]

        # Use with a model that supports citations like Claude
        lm = dspy.LM("anthropic/claude-opus-4-1-20250805")
        predictor = dspy.Predict(AnswerWithSources)
        result = predictor(documents=docs, question="What temperature does water boil?", lm=lm)

        for citation in result.citations.citations:
            print(citation.format())
        \`\`\`
    `;

/** The docstring of `dspy.Reasoning`. */
export const REASONING_DOC = `Reasoning type in DSPy.

This type is useful when you want the DSPy output to include the reasoning of the LM. We build this type so that
DSPy can support the reasoning model and non-reasoning model with the same code.

This is a str-like type, you can convert a string directly to a Reasoning object, and from DSPy adapters'
perspective, \`Reasoning\` is treated as a string.`;
