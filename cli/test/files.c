// SPDX-License-Identifier: GPL-2.0-only
/* files - which files of tests are meant, and which of their tests */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"
#include "test.h"

/* ---- their names ---- */

const char *test_near_path(const char *path)
{
	char here[4096];
	size_t length;

	if (!getcwd(here, sizeof(here)))
		return path;
	length = strlen(here);
	if (strncmp(path, here, length) || path[length] != '/')
		return path;
	return path + length + 1;
}

/* The name of a file in a directory, which may be "" or ".": this one. */
static struct test_file *add(struct test_files *files, const char *directory,
			     const char *name)
{
	const char *slash = "/";
	struct test_file *file;

	if (!strcmp(directory, "."))
		directory = "";
	if (!*directory || directory[strlen(directory) - 1] == '/')
		slash = "";
	files->at = need_memory(
		reallocarray(files->at, files->nr + 1, sizeof(*files->at)));
	file = &files->at[files->nr++];
	*file = (struct test_file){ .mistakes = need_memory(json_array()) };
	if (asprintf(&file->path, "%s%s%s", directory, slash, name) < 0)
		need_memory(NULL);
	return file;
}

/* FILE:LINE is the test that begins there, unless a file has that name. */
static void add_file(struct test_files *files, const char *path)
{
	struct test_file *file = add(files, "", path);
	char *colon = strrchr(file->path, ':'), *end;
	unsigned long line;

	if (!colon || !access(path, F_OK) || !isdigit((unsigned char)colon[1]))
		return;
	line = strtoul(colon + 1, &end, 10);
	if (*end || !line || line > UINT_MAX)
		return;
	*colon = '\0';
	file->line = line;
}

bool test_is_file_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && !strcmp(dot, ".test");
}

static int is_wanted(const struct dirent *entry)
{
	return test_is_file_name(entry->d_name);
}

/* Links are not followed: what they lead to may be tested already, or was not
 * meant. */
static bool is_plain_file(const char *directory, const char *name)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return !lstat(path, &st) && S_ISREG(st.st_mode);
}

static int add_directory(struct test_files *files,
			 const struct test_asked *asked, const char *path)
{
	struct dirent **entries;
	int nr = scandir(path, &entries, is_wanted, alphasort);
	size_t before = files->nr;

	if (nr < 0) {
		say(asked->args, "%s: %s", path, strerror(errno));
		return EXIT_FAILED;
	}
	for (int i = 0; i < nr; i++) {
		if (is_plain_file(path, entries[i]->d_name))
			add(files, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (files->nr > before)
		return EXIT_DONE;
	say(asked->args, "%s: there is no file *.test in it", path);
	return EXIT_FAILED;
}

static int find_files(struct test_files *files, const struct test_asked *asked)
{
	int status = EXIT_DONE;

	for (int i = 0; i < asked->args->nr_operands; i++) {
		const char *path = args_operand(asked->args, i);
		struct stat st;

		if (stat(path, &st) || !S_ISDIR(st.st_mode))
			add_file(files, path);
		else if (add_directory(files, asked, path))
			status = EXIT_FAILED;
	}
	return status;
}

/* ---- what is in them ---- */

static bool is_chosen(const struct test_file *file,
		      const struct xdplab_test *test, const char *only)
{
	return (!file->line || test->line == file->line) &&
	       (!only || strstr(test->name, only));
}

/* An exit status. */
static int choose(struct test_files *files, struct test_file *file,
		  const struct test_asked *asked)
{
	size_t nr = xdplab_tests_count(file->tests);

	file->chosen = need_memory(calloc(nr + 1, sizeof(*file->chosen)));
	for (size_t i = 0; i < nr; i++)
		if (is_chosen(file, xdplab_tests_at(file->tests, i),
			      asked->only))
			file->chosen[file->nr_chosen++] = i;
	files->nr_chosen += file->nr_chosen;
	if (!file->line || file->nr_chosen || asked->only)
		return EXIT_DONE;
	say(asked->args, "%s: no test begins at line %u", file->path,
	    file->line);
	return EXIT_FAILED;
}

/* Of a pipe nothing may be read here: it would be gone. */
static bool is_object(const char *path)
{
	char magic[4] = "";
	struct stat st;
	FILE *file;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fread(magic, sizeof(magic), 1, file) != 1)
		*magic = '\0';
	fclose(file);
	return !memcmp(magic, "\177ELF", sizeof(magic));
}

static bool is_source(const char *path)
{
	const char *dot = strrchr(path, '.') ?: "";

	return !strcmp(dot, ".c") || !strcmp(dot, ".h");
}

/* Who begins names the program itself; what is wrong in each line of it would
 * help nobody.  An exit status. */
static int refuse_program(const struct test_asked *asked, const char *path)
{
	if (is_object(path))
		say(asked->args,
		    "%s: is an object; a file of tests names it: program %s; "
		    "`xdplab help test` shows one",
		    path, path);
	else if (is_source(path))
		say(asked->args,
		    "%s: is a source; a file of tests names its object: "
		    "program FILE.o; `xdplab help test` shows one",
		    path);
	else
		return EXIT_DONE;
	return EXIT_USAGE;
}

/* An exit status. */
static int read_file(struct test_files *files, struct test_file *file,
		     const struct test_asked *asked)
{
	struct xdplab_tests_opts opts = {
		.sz = sizeof(opts),
		.mistake = test_say_mistake,
		.arg = file->mistakes,
		.seed = asked->seed,
		.program = asked->program,
	};
	int err = refuse_program(asked, file->path);

	if (err)
		return err;
	err = xdplab_tests_read(&file->tests, file->path, &opts);
	if (!err)
		return choose(files, file, asked);
	if (!json_array_size(file->mistakes))
		return say_failure(asked->args, err);
	return EXIT_USAGE;
}

static int say_none(const struct test_asked *asked)
{
	if (asked->only)
		say(asked->args, "no test has a name that contains \"%s\"",
		    asked->only);
	else
		say(asked->args, "there are no tests");
	return EXIT_FAILED;
}

int test_files_read(struct test_files *files, const struct test_asked *asked)
{
	int status;

	files->begun = reading_clock();
	status = find_files(files, asked);
	for (size_t i = 0; i < files->nr; i++) {
		int of_file = read_file(files, &files->at[i], asked);

		/* Mistakes in a file are what there is most to do about. */
		if (status != EXIT_USAGE && of_file)
			status = of_file;
	}
	if (!status && !files->nr_chosen)
		status = say_none(asked);
	return status;
}

bool test_files_wrong(const struct test_files *files)
{
	for (size_t i = 0; i < files->nr; i++)
		if (json_array_size(files->at[i].mistakes))
			return true;
	return false;
}

void test_files_free(struct test_files *files)
{
	for (size_t i = 0; i < files->nr; i++) {
		xdplab_tests_free(files->at[i].tests);
		json_decref(files->at[i].mistakes);
		free(files->at[i].chosen);
		free(files->at[i].path);
	}
	free(files->at);
	*files = (struct test_files){ 0 };
}
