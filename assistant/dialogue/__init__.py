"""Language in, language out: understanding, the checklist's questions and every sentence the advisor can say."""
