// SPDX-License-Identifier: GPL-2.0-only
/* out-text - text on a terminal: safe to show, as wide as it is, in colour */
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "memory.h"
#include "out.h"

/*
 * Loads the C library's UTF-8 tables, whatever the user's locale, as soon as
 * there is text that needs them, and says whether it does.  What comes from a
 * file or the kernel is judged the same everywhere; and most commands meet
 * nothing but ASCII, and start faster without.
 */
static bool needs_utf8(const char *text)
{
	static bool have_utf8;

	for (; *text; text++) {
		if (!(*text & 0x80))
			continue;
		if (!have_utf8)
			setlocale(LC_CTYPE, "C.UTF-8");
		have_utf8 = true;
		return true;
	}
	return false;
}

/* ---- text that is safe to show ---- */

/* Control characters, and those that reorder or break a line. */
static bool commands_terminal(wchar_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

void out_clean(char *to, size_t size, const char *from)
{
	mbstate_t state = { 0 };
	size_t left = strlen(from);

	needs_utf8(from);
	while (left && size > 1) {
		wchar_t c;
		size_t length = mbrtowc(&c, from, left, &state);

		/* No UTF-8, or cut off, or beyond the end of Unicode. */
		if (length > left || c > 0x10ffff) {
			memset(&state, 0, sizeof(state));
			length = 1;
			c = L'\0';
		}
		if (length >= size)
			break;
		if (commands_terminal(c)) {
			*to++ = c == L'\t' ? ' ' : '?';
			size--;
		} else {
			memmove(to, from, length);
			to += length;
			size -= length;
		}
		from += length;
		left -= length;
	}
	if (size)
		*to = '\0';
}

json_t *out_string(const char *text)
{
	json_t *string = json_string(text);
	char *clean;

	if (string)
		return string;
	clean = need_memory(strdup(text));
	out_clean(clean, strlen(clean) + 1, clean);
	string = need_memory(json_string(clean));
	free(clean);
	return string;
}

size_t out_width(const char *text)
{
	mbstate_t state = { 0 };
	size_t width = 0, left = strlen(text), length;
	wchar_t c;

	if (!needs_utf8(text))
		return left;
	for (; left; left -= length, text += length) {
		length = mbrtowc(&c, text, left, &state);
		if (length > left)
			break;
		width += wcwidth(c) > 0 ? wcwidth(c) : 0;
	}
	return width;
}

/* ---- long lines ---- */

/* Columns of the terminal, or more than any line has if it is none. */
static int line_width(FILE *file)
{
	struct winsize size;

	if (ioctl(fileno(file), TIOCGWINSZ, &size) || size.ws_col < 40)
		return INT_MAX;
	return size.ws_col;
}

void out_wrap(FILE *file, int column, const char *text)
{
	int width = line_width(file), at = column;

	while (*text) {
		int length = strcspn(text, " ");

		if (at > column && at + 1 + length > width) {
			fprintf(file, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			fputc(' ', file);
			at++;
		}
		fprintf(file, "%.*s", length, text);
		at += length;
		text += length + (text[length] == ' ');
	}
	fputc('\n', file);
}

/* ---- colour ---- */

bool out_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color && *no_color)
		return false;
	return term && strcmp(term, "dumb") && isatty(STDOUT_FILENO);
}

const char *out_style(const char *name)
{
	static const char *const styles[][2] = {
		{ "red", "\033[31m" },	  { "green", "\033[32m" },
		{ "yellow", "\033[33m" }, { "bold", "\033[1m" },
		{ "dim", "\033[2m" },	  { "off", "\033[0m" },
	};

	if (!out_colour())
		return "";
	for (size_t i = 0; i < sizeof(styles) / sizeof(*styles); i++)
		if (!strcmp(styles[i][0], name))
			return styles[i][1];
	return "";
}
