// SPDX-License-Identifier: Apache-2.0
// One of a few: [[value, word], ...]
export function Switch({ name, label, value, values, set }) {
	return (
		<fieldset class="switch">
			<legend class="hidden">{label}</legend>
			{values.map(([v, word]) => (
				<label key={v} class={v === value ? "on" : ""}>
					<input type="radio" name={name} value={v} checked={v === value} onChange={() => set(v)} />
					{word}
				</label>
			))}
		</fieldset>
	);
}
