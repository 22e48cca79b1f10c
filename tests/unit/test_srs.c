/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/srs.h"

#include "tap.h"

static const struct {
	const char *name, *in,
	    *origin; /* origin NULL: not SRS; "": SRS whose origin cannot be read */
} names[] = {
	{ "forwarded once", "SRS0=a1B2=XY=isp.example=jo", "isp.example" },
	{ "with other separators", "SRS0+a1B2=XY=isp.example=jo", "isp.example" },
	{ "with a hyphen, in lower case", "srs0-a1b2=xy=isp.example=jo", "isp.example" },
	{ "the hash may have the separator", "SRS0=a+/2=XY=isp.example=jo", "isp.example" },
	{ "forwarded twice", "SRS1=c3D4=fwd.example==a1B2=XY=isp.example=jo", "isp.example" },
	{ "forwarded twice, first with a plus", "SRS1=c3D4=fwd.example=+a1B2=XY=isp.example=jo",
	    "isp.example" },
	{ "forwarded twice, first with a hyphen", "SRS1=c3D4=fwd.example=-a1B2=XY=isp.example=jo",
	    "isp.example" },
	{ "two signs in the user", "SRS0=a1B2=XY=isp.example=list==jo", "isp.example" },
	{ "a VERP sender forwarded", "SRS0=a1B2=XY=isp.example=bounce-7-jo=mailbox.example",
	    "isp.example" },
	{ "no user", "SRS0=a1B2=XY=isp.example", "" },
	{ "no domain", "SRS0=a1B2=XY==jo", "" },
	{ "no day", "SRS0=a1B2==isp.example=jo", "" },
	{ "no hash", "SRS0==XY=isp.example=jo", "" },
	{ "a second forwarder without the first hash", "SRS1=c3D4=fwd.example=jo", "" },
	{ "cut after the first forwarder", "SRS1=c3D4=fwd.example=", "" },
	{ "nothing after the head", "SRS0=", NULL },
	{ "the head alone", "SRS0", NULL },
	{ "another word", "SRS0jo=a1B2=XY=isp.example=jo", NULL },
	{ "a number more", "SRS2=a1B2=XY=isp.example=jo", NULL },
	{ "an ordinary sender", "jo", NULL },
	{ "empty", "", NULL },
};

int
main(void)
{
	for (size_t i = 0; i < REP_COUNT(names); i++) {
		struct rep_str in = rep_str_c(names[i].in), origin = rep_srs_origin(in);

		ok(rep_srs_is(in) == (names[i].origin != NULL), "%s: SRS or not", names[i].name);
		is_str(origin, names[i].origin != NULL ? names[i].origin : "", "%s: the origin",
		    names[i].name);
	}
	return done();
}
