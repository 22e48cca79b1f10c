/*
 * tests/fuzz/fuzz_dns_msg.c -- a DNS message with any content.
 *
 * Views stay inside, names are well formed, memory has a limit, and the records of an answer have
 * its name and type.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "dns/answer.h"

static void
name_is_sane(const struct rep_name *n)
{
	char text[REP_NAME_TEXT];
	struct rep_name again;
	size_t i = 0;

	MUST(n->n >= 1 && n->w[n->n - 1] == 0);
	while (n->w[i] != 0) {
		MUST(n->w[i] <= 63);
		i += n->w[i] + 1u;
		MUST(i < n->n);
	}
	MUST(i + 1 == n->n);
	rep_name_text(n, text);
	for (const char *p = text; *p != '\0'; p++)
		MUST(*p > ' ' && *p < 0x7f);
	MUST(rep_name_parse(rep_str_c(text), &again) && rep_name_eq(&again, n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_str wire = { (const char *)data, size };
	struct rep_dns_answer ans = { .state = REP_DNS_YES };
	struct rep_dns_msg m;

	if (rep_dns_msg_parse(wire, a, &m, NULL) == REP_OK) {
		for (size_t i = 0; i < m.n; i++) {
			const struct rep_dns_rr *rr = &m.rr[i];

			name_is_sane(rr->name);
			if (rr->target != NULL)
				name_is_sane(rr->target);
			MUST(rr->data.n <= size);
		}
		ans.name = m.qname;
		ans.type = m.qtype;
		if (m.question && rep_dns_answer_from(&m, a, &ans)) {
			MUST((ans.state == REP_DNS_YES) == (ans.n > 0));
			for (size_t i = 0; i < ans.n; i++)
				MUST(ans.rr[i]->type == ans.type &&
				    rep_name_eq(ans.rr[i]->name, &ans.canonical));
		}
	}
	MUST(rep_arena_used(a) <= 1 << 20);
	rep_arena_free(a);
	return 0;
}
