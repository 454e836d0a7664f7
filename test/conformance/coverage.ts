// The cases of OTP's own supervisor_SUITE (its text of 2025): which behaviours of the list each is about, and so which scenarios cover it.
// Must not know how scenarios are run.
import type { Section } from "./scenario.ts";

/** One case, and the numbers of its behaviours in the list. */
export interface SuiteCase {
  readonly name: string;
  readonly items: readonly number[];
}

/** Every case of the suite, in its order. */
export const SUITE: readonly SuiteCase[] = [
  { name: "sup_start_normal", items: [2] },
  { name: "sup_start_ignore_init", items: [3] },
  { name: "sup_start_ignore_child", items: [8] },
  { name: "sup_start_ignore_temporary_child", items: [8] },
  { name: "sup_start_ignore_temporary_child_start_child", items: [90] },
  { name: "sup_start_ignore_temporary_child_start_child_simple", items: [90] },
  { name: "sup_start_ignore_permanent_child_start_child_simple", items: [90] },
  { name: "sup_start_error_return", items: [4] },
  { name: "sup_start_fail", items: [5] },
  { name: "sup_start_child_returns_error", items: [89] },
  { name: "sup_start_restart_child_returns_error", items: [95] },
  { name: "sup_start_child_returns_error_simple", items: [89] },
  { name: "sup_start_map", items: [12, 16] },
  { name: "sup_start_map_simple", items: [12, 16] },
  { name: "sup_start_map_faulty_specs", items: [11, 13] },
  { name: "sup_stop_infinity", items: [22] },
  { name: "sup_stop_timeout", items: [20] },
  { name: "sup_stop_timeout_dynamic", items: [26] },
  { name: "sup_stop_brutal_kill", items: [21] },
  { name: "sup_stop_brutal_kill_dynamic", items: [27] },
  { name: "sup_stop_race", items: [25] },
  { name: "sup_stop_non_shutdown_exit_dynamic", items: [28] },
  { name: "child_adm", items: [87, 88, 92, 94, 96, 100] },
  { name: "child_adm_simple", items: [93, 94, 96] },
  { name: "extra_return", items: [17, 47, 92] },
  { name: "child_specs", items: [13, 14, 15] },
  { name: "child_specs_map", items: [13, 14, 76, 77] },
  { name: "sup_flags", items: [10, 11] },
  { name: "multiple_restarts", items: [67, 68, 74] },
  { name: "one_for_one", items: [37, 67] },
  { name: "one_for_one_escalation", items: [50] },
  { name: "one_for_all", items: [38] },
  { name: "one_for_all_escalation", items: [50] },
  { name: "one_for_all_other_child_fails_restart", items: [40] },
  { name: "simple_one_for_one", items: [45, 75] },
  { name: "simple_one_for_one_shutdown", items: [26] },
  { name: "simple_one_for_one_extra", items: [17, 45] },
  { name: "simple_one_for_one_escalation", items: [50] },
  { name: "simple_one_for_one_corruption", items: [64] },
  { name: "simple_one_for_one_restart_ignore", items: [46] },
  { name: "rest_for_one", items: [39] },
  { name: "rest_for_one_escalation", items: [50] },
  { name: "rest_for_one_other_child_fails_restart", items: [41] },
  { name: "external_start_no_progress_log", items: [104] },
  { name: "permanent_normal", items: [54] },
  { name: "transient_normal", items: [57] },
  { name: "temporary_normal", items: [60] },
  { name: "permanent_shutdown", items: [55] },
  { name: "transient_shutdown", items: [58] },
  { name: "temporary_shutdown", items: [61] },
  { name: "faulty_application_shutdown", items: [7] },
  { name: "permanent_abnormal", items: [56] },
  { name: "transient_abnormal", items: [59] },
  { name: "temporary_abnormal", items: [62] },
  { name: "child_unlink", items: [31] },
  { name: "tree", items: [1, 52] },
  { name: "nonsignificant_temporary", items: [83] },
  { name: "nonsignificant_transient", items: [83] },
  { name: "significant_temporary", items: [80, 81, 82] },
  { name: "significant_transient", items: [79, 81, 82] },
  { name: "significant_simple", items: [78] },
  { name: "significant_bystander", items: [84] },
  { name: "significant_escalation", items: [85] },
  { name: "significant_upgrade_never_any", items: [86] },
  { name: "significant_upgrade_any_never", items: [86] },
  { name: "significant_upgrade_never_all", items: [86] },
  { name: "significant_upgrade_all_never", items: [86] },
  { name: "significant_upgrade_any_all", items: [86] },
  { name: "significant_upgrade_all_any", items: [86] },
  { name: "significant_upgrade_child", items: [86] },
  { name: "count_children", items: [97] },
  { name: "count_children_supervisor", items: [97] },
  { name: "count_restarting_children", items: [48, 97] },
  { name: "get_callback_module", items: [104] },
  { name: "do_not_save_start_parameters_for_temporary_children", items: [64] },
  { name: "do_not_save_child_specs_for_temporary_children", items: [63] },
  { name: "simple_one_for_one_scale_many_temporary_children", items: [101] },
  { name: "temporary_bystander", items: [42] },
  { name: "simple_global_supervisor", items: [36] },
  { name: "hanging_restart_loop", items: [32, 48] },
  { name: "hanging_restart_loop_rest_for_one", items: [32, 48] },
  { name: "hanging_restart_loop_simple", items: [32, 48] },
  { name: "code_change", items: [103] },
  { name: "code_change_map", items: [103] },
  { name: "code_change_simple", items: [103] },
  { name: "code_change_simple_map", items: [103] },
  { name: "order_of_children", items: [1, 18, 39] },
  { name: "scale_start_stop_many_children", items: [101] },
  { name: "format_log_1", items: [104] },
  { name: "format_log_2", items: [104] },
  { name: "already_started_outside_supervisor", items: [91] },
  { name: "which_children", items: [98, 99] },
  { name: "which_children_simple_one_for_one", items: [98, 99] },
];

/** Cases that no scenario can show, with the reason or the test that shows them. */
export const SHOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  sup_start_error_return: "not comparable: whatever `init` returns is a state",
  simple_one_for_one_corruption: "what is kept is in no trace: `test/runtime/child-administration.test.ts`",
  do_not_save_start_parameters_for_temporary_children:
    "what is kept is in no trace: `test/runtime/child-administration.test.ts`",
  external_start_no_progress_log: "left out: there are no progress reports",
  get_callback_module: "left out: a supervisor has options, no callback module",
  format_log_1: "reports have our words: `test/runtime/odd-ends.test.ts`, `introspection.test.ts`",
  format_log_2: "reports have our words: `test/runtime/odd-ends.test.ts`, `introspection.test.ts`",
  significant_simple: "other words for the refusal: `test/runtime/significant.test.ts`",
  simple_one_for_one_scale_many_temporary_children: "a matter of time: `test/runtime/dynamic-administration.test.ts`",
  scale_start_stop_many_children: "a matter of time: `test/runtime/child-administration.test.ts`",
};

/** Ids shown of each case; the rest are counted. */
const SHOWN = 5;

/** The ids of the scenarios about one of a case's behaviours. */
export function scenariosOf({ items }: SuiteCase, sections: Iterable<Section>): readonly string[] {
  const all = [...sections].flatMap(({ scenarios }) => scenarios);
  return all.filter((scenario) => scenario.items.some((item) => items.includes(item))).map(({ id }) => id);
}

/** The table of the documentation: case, what it is about, what covers it. */
export function coverageTable(sections: Iterable<Section>): string {
  const known = [...sections];
  const lines = SUITE.map((suiteCase) => {
    const { name, items } = suiteCase;
    const ids = scenariosOf(suiteCase, known);
    const shown = ids
      .slice(0, SHOWN)
      .map((id) => `\`${id}\``)
      .join(", ");
    const rest = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : "";
    return `| \`${name}\` | ${items.join(", ")} | ${SHOWN_ELSEWHERE[name] ?? `${shown}${rest}`} |`;
  });
  const covered = SUITE.filter(({ name }) => SHOWN_ELSEWHERE[name] === undefined).length;
  return [
    `${covered} of ${SUITE.length} cases are covered by scenarios.`,
    "",
    "| case | items | covered by |",
    "|---|---|---|",
    ...lines,
  ].join("\n");
}
