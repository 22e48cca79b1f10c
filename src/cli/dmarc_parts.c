/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_parts.h"
#include "cli/dmarc_words.h"

size_t
rep_dmarc_reporting(const struct rep_reports_answer *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->is.receivers_n; i++)
		n += r->is.receivers[i].reports > 0;
	return n;
}

struct rep_dmarc_parts
rep_dmarc_parts(const struct rep_reports_answer *r)
{
	struct rep_dmarc_parts p = { .mend = 0 };

	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];
		uint64_t n = rep_dmarc_failed(&s->sums);

		if (rep_dmarc_to_mend(s)) {
			p.mend += n;
			p.senders++;
		} else if (s->wanted && rep_dmarc_contradicts(s)) {
			p.contradict += n;
		} else if (s->who == REP_SENDER_UNKNOWN) {
			p.unknown += n;
			p.unknown_ips += s->ips;
			p.unknown_stopped += s->sums.quarantined + s->sums.rejected;
			p.unknown_through += s->sums.let_through;
			p.unknown_s =
			    p.unknown_s == 0 || s->first_s < p.unknown_s ? s->first_s : p.unknown_s;
		} else if (s->who != REP_SENDER_FORWARDER) {
			p.others += n;
			p.others_through += n > 0 ? s->sums.let_through : 0;
			p.other_senders += n > 0;
		} else {
			p.forwarded += n;
		}
	}
	return p;
}
