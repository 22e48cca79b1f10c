// SPDX-License-Identifier: Apache-2.0
import { stateWord } from "../words.js";
import { Icon } from "./icons.jsx";

// A state: its icon and its word. `word` says it in another way ("limit exceeded"). What is certain and no state has no icon.
export function Badge({ state, word }) {
	return (
		<span class={"badge s-" + state} data-state={state}>
			{state !== "none" && <Icon is={state} />}
			{word || stateWord(state)}
		</span>
	);
}
