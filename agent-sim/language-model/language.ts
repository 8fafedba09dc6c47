// The document language (spec/agents.md section 4): documents of facts, questions of six roles, one token a word.

export {
  type DocumentSplit,
  drawDocument,
  type Fact,
  type FactDocument,
  isHeldOut,
  MOST_FACTS,
  partnerFacts,
  stateChosenFacts,
} from "./language/document.ts";
export {
  describeQuestion,
  isExactMatch,
  LONGEST_ANSWER,
  type PromptOrder,
  promptOf,
  type Question,
  questionsOf,
  rolePrompt,
} from "./language/question.ts";
export {
  BEGIN,
  decodeWords,
  END,
  encodeWords,
  type Role,
  roles,
  vocabularySize,
} from "./language/vocabulary.ts";
