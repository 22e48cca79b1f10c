/*
 * tests/fuzz/fuzz_signers.c -- anything as a file of OpenDKIM, of Rspamd, as the name of a key, as a log.
 *
 * What is given has the form of a domain and of a selector.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "setup/signers.h"

static void
on_signer(void *ctx, struct rep_str domain, struct rep_str selector)
{
	size_t *n = ctx;

	fuzz_touch(domain);
	MUST(domain.n == 0 || rep_signer_domain(domain));
	MUST(rep_signer_selector(selector));
	++*n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str text = { (const char *)data, size }, value;
	struct rep_arena *a = rep_arena_new(1 << 22);
	size_t n = 0, once, twice = 0;

	MUST(a != NULL);
	rep_opendkim_keys(text, on_signer, &n);
	rep_rspamd_signing(text, a, on_signer, &n);
	value = rep_opendkim_file(rep_opendkim_setting(text, "KeyTable"));
	MUST(value.n == 0 || value.p[0] == '/');
	rep_rspamd_key(text, rep_opendkim_setting(text, "Selector"), on_signer, &n);
	rep_rspamd_key(text, REP_S(""), on_signer, &n);
	n = 0;
	rep_signed_lines(text, on_signer, &n);
	once = n;
	/* Behind a line of another program it says the same. */
	rep_signed_lines(rep_str_sub(text, 0, size / 2), on_signer, &twice);
	MUST(twice <= once);
	rep_arena_free(a);
	return 0;
}
