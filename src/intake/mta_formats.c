/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/mta_formats.h"
#include "intake/exim.h"
#include "intake/opensmtpd.h"
#include "intake/postfix.h"
#include "intake/sendmail.h"

/* No tag is recognised by two formats. */
static const struct rep_mta_format formats[] = {
	{ "Postfix", rep_postfix_recognise, rep_postfix_read },
	{ "Exim", rep_exim_recognise, rep_exim_read },
	{ "Sendmail", rep_sendmail_recognise, rep_sendmail_read },
	{ "OpenSMTPD", rep_opensmtpd_recognise, rep_opensmtpd_read },
};

const struct rep_mta_format *
rep_mta_format_at(size_t i)
{
	return i < REP_COUNT(formats) ? &formats[i] : NULL;
}

const struct rep_mta_format *
rep_mta_format_of(struct rep_str tag, struct rep_mta_tag *out)
{
	for (size_t i = 0; i < REP_COUNT(formats); i++)
		if (formats[i].recognise(tag, out))
			return &formats[i];
	return NULL;
}
