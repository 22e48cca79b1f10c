/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/passed.h"
#include "fact/fact.h"

static enum rep_passed
kind_of(const struct rep_judge_in *in, uint32_t stream)
{
	struct rep_str name = rep_name(&in->names, stream);

	if (rep_str_ends(name, REP_S("/srs")) || rep_str_ends(name, REP_S("/forwarded")))
		return REP_PASSED_FORWARDED;
	if (rep_str_eq(name, REP_STREAM_TO_MANY))
		return REP_PASSED_TO_MANY;
	return rep_str_eq(name, REP_STREAM_BOUNCES) ? REP_PASSED_BOUNCES : REP_PASSED_NOT;
}

enum rep_passed
rep_passed_kind(const struct rep_judge_in *in, const struct rep_incident *i)
{
	uint64_t all = 0, of[REP_PASSED_TO_MANY + 1] = { 0 };
	int most = REP_PASSED_FORWARDED;

	for (size_t k = 0; k < i->streams_n; k++) {
		uint64_t n = i->streams[k].bounced + i->streams[k].deferred;

		all += n;
		if (i->streams[k].stream != REP_OTHER_STREAMS)
			of[kind_of(in, i->streams[k].stream)] += n;
	}
	for (int k = REP_PASSED_BOUNCES; k <= REP_PASSED_TO_MANY; k++)
		if (of[k] > of[most])
			most = k;
	return of[most] > 0 && of[most] * 2 >= all ? (enum rep_passed)most : REP_PASSED_NOT;
}

bool
rep_passed_stays(const struct rep_judge_in *in, uint32_t stream)
{
	return kind_of(in, stream) != REP_PASSED_NOT;
}

bool
rep_passed_forwarded(const struct rep_judge_in *in, uint32_t stream)
{
	return kind_of(in, stream) == REP_PASSED_FORWARDED;
}

struct rep_str
rep_passed_remedy(void)
{
	return REP_S(
	    "This is mail that you forward: its From domain is not yours, so neither your SPF nor "
	    "your DKIM can make it pass. Pass messages on unchanged, so that the sender's own "
	    "DKIM signature holds, rewrite the envelope sender (SRS), and refuse what fails "
	    "these checks when it comes in.");
}
