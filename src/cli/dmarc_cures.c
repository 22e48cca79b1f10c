/*
 * cli/dmarc_cures.c -- what to do about a source of which mail fails: by what it is, and by the half that is easier to mend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_words.h"

/* The first that holds. "DOMAIN" becomes the domain that was asked for. */
static const struct {
	enum rep_report_sender who; /* 0: any */
	enum rep_report_half dkim;
	const char *text;
} cures[] = {
	{ REP_SENDER_SERVICE, REP_HALF_UNALIGNED,
	    "If you use this service, switch on signing with your own domain there, and publish the key that it "
	    "gives you. If you do not, somebody uses it to send as you." },
	{ REP_SENDER_SERVICE, REP_HALF_NONE,
	    "If you use this service, let it sign with your own domain. If you do not, somebody uses it to send as "
	    "you." },
	{ 0, REP_HALF_NONE, "Sign what leaves this address with DKIM: reputed explain dkim" },
	{ 0, REP_HALF_FAILS,
	    "The signature is broken or the key is not the one that signs. Compare the key: reputed dkim check "
	    "DOMAIN; if it is right, something behind the signer changes the message." },
	{ 0, REP_HALF_ERROR,
	    "Look at the key as receivers see it: reputed dkim check DOMAIN; a large key on a slow name server "
	    "ends in such errors." },
	{ 0, REP_HALF_UNALIGNED,
	    "Sign with the domain in From, not only with another one: reputed explain dmarc" },
};

void
rep_dmarc_add_cure(struct rep_buf *b, const struct rep_report_source *s, struct rep_str domain)
{
	struct rep_str text = REP_S("See which half fails: reputed explain dmarc");
	size_t at;

	for (size_t i = 0; i < REP_COUNT(cures); i++)
		if ((cures[i].who == 0 || cures[i].who == s->who) && cures[i].dkim == s->dkim) {
			text = rep_str_c(cures[i].text);
			break;
		}
	at = domain.n > 0 ? rep_str_find(text, REP_S("DOMAIN"), 0) : SIZE_MAX;
	if (at == SIZE_MAX) {
		rep_buf_add(b, text);
		return;
	}
	rep_buf_add(b, rep_str_cut(text, at));
	rep_buf_add(b, domain);
	rep_buf_add(b, (struct rep_str){ text.p + at + 6, text.n - at - 6 });
}
