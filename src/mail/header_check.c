/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/header_check.h"
#include "mail/addr.h"

/* What a value must be. */
enum wants { ANYTHING, A_DATE, AN_ADDRESS, ADDRESSES };

static const struct {
	const char *name;
	enum wants wants;
	bool must_be_there;
} fields[REP_HEADER_FIELD_N] = { [REP_HEADER_DATE] = { "Date", A_DATE, true },
	[REP_HEADER_FROM] = { "From", AN_ADDRESS, true },
	[REP_HEADER_SENDER] = { "Sender", AN_ADDRESS, false },
	[REP_HEADER_REPLY_TO] = { "Reply-To", ADDRESSES, false },
	[REP_HEADER_TO] = { "To", ADDRESSES, false },
	[REP_HEADER_CC] = { "Cc", ADDRESSES, false },
	[REP_HEADER_BCC] = { "Bcc", ANYTHING, false }, /* may be empty */
	[REP_HEADER_MESSAGE_ID] = { "Message-ID", ANYTHING, false },
	[REP_HEADER_SUBJECT] = { "Subject", ANYTHING, false },
	[REP_HEADER_IN_REPLY_TO] = { "In-Reply-To", ANYTHING, false },
	[REP_HEADER_REFERENCES] = { "References", ANYTHING, false } };

/* A group ("undisclosed-recipients:;") needs no address. */
static bool
is_fine(struct rep_str value, enum wants wants)
{
	switch (wants) {
	case A_DATE: return rep_header_date(value) != 0;
	case AN_ADDRESS: return rep_addr_first(value).n > 0;
	case ADDRESSES:
		return rep_addr_first(value).n > 0 || rep_str_chr(value, ':', 0) != SIZE_MAX;
	default: return true;
	}
}

rep_header_faults
rep_header_check(const struct rep_headers *h)
{
	bool whole = false;
	rep_header_faults v = 0;
	unsigned seen[REP_HEADER_FIELD_N] = { 0 };

	for (size_t i = 0; i < h->n; i++) {
		whole |= rep_str_eq_nocase(h->v[i].name, REP_S("Received"));
		for (unsigned f = 0; f < REP_HEADER_FIELD_N; f++) {
			struct rep_str value = h->v[i].value;
			enum rep_header_field field = (enum rep_header_field)f;

			if (!rep_str_eq_nocase(h->v[i].name, rep_str_c(fields[f].name)))
				continue;
			if (++seen[f] == 2)
				v |= rep_header_fault_bit(field, REP_HEADER_TWICE);
			if (fields[f].wants == ANYTHING)
				continue;
			if (value.n == 0)
				v |= rep_header_fault_bit(field, REP_HEADER_EMPTY);
			else if (!is_fine(value, fields[f].wants))
				v |= rep_header_fault_bit(field, REP_HEADER_MALFORMED);
		}
	}
	for (unsigned f = 0; f < REP_HEADER_FIELD_N && whole; f++)
		if (seen[f] == 0 && fields[f].must_be_there)
			v |= rep_header_fault_bit((enum rep_header_field)f, REP_HEADER_MISSING);
	return v;
}
