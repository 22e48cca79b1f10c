/*
 * intake/aggregate_names.h -- the elements of an aggregate report: their names, and where each belongs.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_AGGREGATE_NAMES_H
#define REP_INTAKE_AGGREGATE_NAMES_H

#include "base/str.h"

enum rep_element {
	REP_ELEMENT_NONE = 0, /* no standard has it */
	/* Elements with elements in them. */
	REP_ELEMENT_FEEDBACK,
	REP_ELEMENT_METADATA,
	REP_ELEMENT_DATE_RANGE,
	REP_ELEMENT_POLICY,
	REP_ELEMENT_RECORD,
	REP_ELEMENT_ROW,
	REP_ELEMENT_EVALUATED,
	REP_ELEMENT_REASON,
	REP_ELEMENT_IDENTIFIERS,
	REP_ELEMENT_AUTH,
	REP_ELEMENT_EXTENSION,
	REP_ELEMENT_DKIM, /* in auth_results; in policy_evaluated a word */
	REP_ELEMENT_SPF,
	/* Elements with a value. Of the report: */
	REP_ELEMENT_VERSION,
	REP_ELEMENT_ORG,
	REP_ELEMENT_EMAIL,
	REP_ELEMENT_CONTACT,
	REP_ELEMENT_ID,
	REP_ELEMENT_BEGIN,
	REP_ELEMENT_END,
	REP_ELEMENT_ERROR,
	REP_ELEMENT_GENERATOR,
	REP_ELEMENT_P,
	REP_ELEMENT_SP,
	REP_ELEMENT_NP,
	REP_ELEMENT_ADKIM,
	REP_ELEMENT_ASPF,
	REP_ELEMENT_PCT,
	REP_ELEMENT_FO,
	REP_ELEMENT_TESTING,
	REP_ELEMENT_PSD,
	REP_ELEMENT_DISCOVERY,
	REP_ELEMENT_IGNORED, /* rf, ri: tags of a record, which some copy into the report */
	/* of a record: */
	REP_ELEMENT_SOURCE_IP,
	REP_ELEMENT_COUNT,
	REP_ELEMENT_DISPOSITION,
	REP_ELEMENT_HEADER_FROM,
	REP_ELEMENT_ENVELOPE_FROM,
	REP_ELEMENT_ENVELOPE_TO,
	/* and of what may be in several: */
	REP_ELEMENT_DOMAIN,
	REP_ELEMENT_SELECTOR,
	REP_ELEMENT_SCOPE,
	REP_ELEMENT_RESULT,
	REP_ELEMENT_HUMAN,
	REP_ELEMENT_TYPE,
	REP_ELEMENT_COMMENT,
	REP_ELEMENT_N
};

/*
 * The element of a name without its prefix. *exact is false when the name has another case, or is one that is seen in its
 * place.
 */
enum rep_element rep_element_of(struct rep_str local, bool *exact);
/* The element whose name is nearest to one that nobody knows; NONE: none is near. */
enum rep_element rep_element_near(struct rep_str local);

/* Its name in the standards. */
const char *rep_element_word(enum rep_element e);
/* Whether it may be directly in `parent`. */
bool rep_element_fits(enum rep_element e, enum rep_element parent);
/* Whether it holds elements, and no value. DKIM and SPF may be both. */
bool rep_element_holds(enum rep_element e);

#endif
