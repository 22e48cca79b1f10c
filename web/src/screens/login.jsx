// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { logIn } from "../api.js";
import { Icon } from "../parts/icons.jsx";

export function Login() {
	const [error, say] = useState(null);
	const [busy, wait] = useState(false);
	const name = useRef(null);
	const password = useRef(null);
	useLayoutEffect(() => name.current.focus(), []); // before anybody can type
	const enter = async (e) => {
		e.preventDefault();
		wait(true);
		try {
			await logIn(name.current.value, password.current.value);
		} catch (trouble) {
			say(trouble);
			wait(false);
			password.current.focus();
			password.current.select();
		}
	};
	return (
		<main class="alone" id="main" data-screen="login">
			<h1><Icon is="pulse" />reputed</h1>
			<p class="soft">Is your mail blocked, why, and what to do now.</p>
			<form class="card login" onSubmit={enter}>
				<label>Name<input ref={name} name="name" autocomplete="username" required autocapitalize="none" spellcheck={false} /></label>
				<label>Password<input ref={password} name="password" type="password" autocomplete="current-password" required /></label>
				{error && (
					<div class="note bad" role="alert">
						<Icon is="throttled" />
						<div><strong>{error.title}</strong>{error.why && <p>{error.why}</p>}{error.do && <p>{error.do}</p>}</div>
					</div>
				)}
				<button class="main" disabled={busy}>{busy ? "One moment" : "Log in"}</button>
			</form>
			<p class="soft small">Nobody has a login yet? On the server, as root: <code>reputed user add NAME</code></p>
		</main>
	);
}
