// SPDX-License-Identifier: Apache-2.0
import { useRef, useState } from "preact/hooks";
import { Icon } from "./icons.jsx";

// Without the clipboard (a page by plain HTTP has none) the text is marked, so that Ctrl+C takes it.
async function copy(text, node) {
	try {
		await navigator.clipboard.writeText(text);
		return "Copied";
	} catch {
		if (!node)
			return "Not copied";
		getSelection().selectAllChildren(node);
		return document.execCommand("copy") ? "Copied" : "Marked: press Ctrl+C";
	}
}

export function CopyButton({ text, what = "Copy", of }) {
	const [said, say] = useState(null);
	const click = async () => {
		say(await copy(text, of && of.current));
		setTimeout(() => say(null), 2500);
	};
	return (
		<button type="button" class="copy" onClick={click}>
			<Icon is={said === "Copied" ? "over" : "copy"} />
			<span aria-live="polite">{said || what}</span>
		</button>
	);
}

// Text to paste as it is, with its button.
export function Paste({ text, what, name }) {
	const pre = useRef(null);
	return (
		<div class={name ? "paste" : "paste short"}>
			<div class="paste-bar">
				{name && <span class="soft">{name}</span>}
				<CopyButton text={text} what={what} of={pre} />
			</div>
			<pre ref={pre} tabindex="0" role="group" aria-label={name || "To paste"}>{text}</pre>
		</div>
	);
}
