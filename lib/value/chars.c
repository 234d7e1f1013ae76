// SPDX-License-Identifier: LGPL-2.1-only
/* chars - what characters are in values as they are written */
#include "parse.h"

#define IN_NAME (CHAR_NAME | CHAR_WORD)

/* All that is no blank, bracket, quote or separator may be in a word, so that
 * the word that is wrong is shown as a whole. */
const unsigned char value_chars[256] = {
	[0x01 ... 0x08] = CHAR_WORD, [0x0b ... 0x0c] = CHAR_WORD,
	[0x0e ... 0x1f] = CHAR_WORD, [' '] = CHAR_BLANK,
	['\t'] = CHAR_BLANK,	     ['\r'] = CHAR_BLANK,
	['\n'] = CHAR_BLANK,	     ['!'] = CHAR_WORD,
	['#'] = CHAR_WORD,	     ['$'] = IN_NAME,
	['%' ... '&'] = CHAR_WORD,   ['(' ... '+'] = CHAR_WORD,
	['-'] = CHAR_WORD,	     ['.'] = IN_NAME,
	['/'] = CHAR_WORD,	     ['0' ... '9'] = IN_NAME,
	[':' ... '<'] = CHAR_WORD,   ['>' ... '@'] = CHAR_WORD,
	['A' ... 'Z'] = IN_NAME,     ['\\'] = CHAR_WORD,
	['^'] = CHAR_WORD,	     ['_'] = IN_NAME,
	['`'] = CHAR_WORD,	     ['a' ... 'z'] = IN_NAME,
	['|'] = CHAR_WORD,	     ['~'] = CHAR_WORD,
	[0x80 ... 0xff] = CHAR_WORD,
};
