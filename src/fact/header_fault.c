/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/header_fault.h"

_Static_assert((int)REP_HEADER_FIELD_N *(int)REP_HEADER_FAULT_N < 63, "they fit a column");

static const char *const names[REP_HEADER_FIELD_N] = { [REP_HEADER_DATE] = "Date",
	[REP_HEADER_FROM] = "From",
	[REP_HEADER_SENDER] = "Sender",
	[REP_HEADER_REPLY_TO] = "Reply-To",
	[REP_HEADER_TO] = "To",
	[REP_HEADER_CC] = "Cc",
	[REP_HEADER_BCC] = "Bcc",
	[REP_HEADER_MESSAGE_ID] = "Message-ID",
	[REP_HEADER_SUBJECT] = "Subject",
	[REP_HEADER_IN_REPLY_TO] = "In-Reply-To",
	[REP_HEADER_REFERENCES] = "References" };

/* Before the fields, and behind one and several of them. */
static const struct {
	const char *before, *one, *several;
} words[REP_HEADER_FAULT_N] = { [REP_HEADER_EMPTY] = { "", " is empty", " are empty" },
	[REP_HEADER_MISSING] = { "there is no ", "", "" },
	[REP_HEADER_TWICE] = { "", " is there more than once", " are there more than once" },
	[REP_HEADER_MALFORMED] = { "", " is malformed", " are malformed" } };

rep_header_faults
rep_header_fault_bit(enum rep_header_field field, enum rep_header_fault fault)
{
	return (rep_header_faults)1 << ((unsigned)field * REP_HEADER_FAULT_N + (unsigned)fault);
}

rep_header_faults
rep_header_faults_all(void)
{
	return ((rep_header_faults)1 << (REP_HEADER_FIELD_N * REP_HEADER_FAULT_N)) - 1;
}

static unsigned
count(rep_header_faults v, enum rep_header_fault fault)
{
	unsigned n = 0;

	for (unsigned f = 0; f < REP_HEADER_FIELD_N; f++)
		n += (v & rep_header_fault_bit((enum rep_header_field)f, fault)) != 0;
	return n;
}

void
rep_header_faults_say(struct rep_buf *b, rep_header_faults v)
{
	bool begun = false;

	for (unsigned k = 0; k < REP_HEADER_FAULT_N; k++) {
		enum rep_header_fault fault = (enum rep_header_fault)k;
		unsigned n = count(v, fault), told = 0;

		if (n == 0)
			continue;
		rep_buf_printf(b, "%s%s", begun ? "; " : "", words[k].before);
		begun = true;
		for (unsigned f = 0; f < REP_HEADER_FIELD_N; f++)
			if (v & rep_header_fault_bit((enum rep_header_field)f, fault))
				rep_buf_printf(b, "%s%s",
				    told++ == 0 ? ""
					: told == n
					? fault == REP_HEADER_MISSING ? " and no " : " and "
					: ", ",
				    names[f]);
		rep_buf_add(b, rep_str_c(n == 1 ? words[k].one : words[k].several));
	}
}
