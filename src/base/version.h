/* base/version.h -- which reputed this is; a recording says it too. SPDX-License-Identifier: Apache-2.0 */
#ifndef REP_BASE_VERSION_H
#define REP_BASE_VERSION_H

#define REP_VERSION "0.1.0"

#endif
