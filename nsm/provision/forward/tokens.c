/* See tokens.h. */
#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include "nsm/provision/forward/tokens.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#define SERIAL  16 /* bytes of CK_TOKEN_INFO.serialNumber */
#define BOOT_ID 36 /* characters of a UUID */

/* The last read content of the file. */
static struct {
    json_t *state; /* NULL: it cannot be read */
    struct stat file;
    int other_boot; /* its times are not valid */
} known;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `known`, over each public function */

static int is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int is_of_other_boot(const json_t *state)
{
    char boot_id[BOOT_ID + 1] = "";
    const char *written_at = json_string_value(json_object_get(state, "boot_id"));
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, boot_id, BOOT_ID);
    if (fd >= 0)
        (void)close(fd);
    return got != BOOT_ID || written_at == NULL || strcmp(written_at, boot_id) != 0;
}

/* The content belongs to the file of this stat, which is never written in place. */
static json_t *load(const char *path, struct stat *file)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    json_t *state = NULL;
    if (fd >= 0 && fstat(fd, file) == 0)
        state = json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);
    if (fd >= 0)
        (void)close(fd);
    if (json_is_array(json_object_get(state, "tokens")))
        return state;
    json_decref(state);
    return NULL;
}

/* False: no state is named. */
static int look(void)
{
    const char *folder = secure_getenv(NATT_P11NE_STATE);
    char path[4096];
    struct stat now;
    if (folder == NULL)
        return 0;
    if ((size_t)snprintf(path, sizeof path, "%s/state", folder) >= sizeof path)
        return 1;
    if (known.state != NULL && stat(path, &now) == 0 && is_same_file(&now, &known.file))
        return 1;
    json_decref(known.state);
    known.state = load(path, &known.file);
    known.other_boot = is_of_other_boot(known.state);
    return 1;
}

/* ---- tokens ---- */

/* PKCS #11 pads with spaces. */
static int is_label(const json_t *token, const CK_TOKEN_INFO *info)
{
    CK_UTF8CHAR label[sizeof info->label];
    const char *text = json_string_value(json_object_get(token, "label"));
    if (text == NULL || strlen(text) > sizeof label)
        return 0;
    memset(label, ' ', sizeof label);
    memcpy(label, text, strlen(text));
    return memcmp(label, info->label, sizeof label) == 0;
}

/* Hexadecimal in the state; all zeros if the module returned none. */
static int is_serial(const json_t *json, const CK_TOKEN_INFO *info)
{
    char text[2 * SERIAL + 1];
    const char *written = json_string_value(json);
    for (size_t i = 0; i < SERIAL; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", info->serialNumber[i]);
    return written != NULL && strcmp(written, text) == 0;
}

static int has_serial(const json_t *token)
{
    const char *written = json_string_value(json_object_get(token, "serial"));
    return written != NULL && strspn(written, "0") != strlen(written);
}

/* NULL: not in the state. Two tokens may have one label, so a known serial number identifies the token. */
static const json_t *find(const CK_TOKEN_INFO *info)
{
    const json_t *tokens = json_object_get(known.state, "tokens");
    for (size_t i = 0; i < json_array_size(tokens); i++) {
        const json_t *token = json_array_get(tokens, i);
        if (is_label(token, info) && (!has_serial(token) || is_serial(json_object_get(token, "serial"), info)))
            return token;
    }
    return NULL;
}

static int was_made_here(const CK_TOKEN_INFO *info)
{
    const json_t *serials = json_object_get(known.state, "serials");
    for (size_t i = 0; i < json_array_size(serials); i++)
        if (is_serial(json_array_get(serials, i), info))
            return 1;
    return 0;
}

static int is_alive(const json_t *token)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return !known.other_boot && json_is_true(json_object_get(token, "complete")) &&
           json_integer_value(json_object_get(token, "expires_s")) > (json_int_t)now.tv_sec;
}

int natt_p11ne_slot(const CK_TOKEN_INFO *info)
{
    (void)pthread_mutex_lock(&lock);
    const json_t *token = look() ? find(info) : NULL;
    int slot = token == NULL ? -1 : (int)(json_integer_value(json_object_get(token, "slot")) & 0xff);
    (void)pthread_mutex_unlock(&lock);
    return slot;
}

void natt_p11ne_made(char out[NATT_P11NE_MADE], const CK_TOKEN_INFO *info)
{
    (void)pthread_mutex_lock(&lock);
    const json_t *token = look() ? find(info) : NULL;
    const char *salt = json_string_value(json_object_get(token, "pin_salt"));
    (void)snprintf(out, NATT_P11NE_MADE, "%s", salt == NULL ? "" : salt);
    (void)pthread_mutex_unlock(&lock);
}

static int may_use(const CK_TOKEN_INFO *info, int *was_ours)
{
    if (!look())
        return 1;
    if (known.state == NULL)
        return 0;
    const json_t *token = find(info);
    *was_ours = *was_ours || token != NULL || was_made_here(info);
    return token != NULL ? is_alive(token) : !*was_ours;
}

int natt_p11ne_may_use(const CK_TOKEN_INFO *info, int *was_ours)
{
    (void)pthread_mutex_lock(&lock);
    int may = may_use(info, was_ours);
    (void)pthread_mutex_unlock(&lock);
    return may;
}
