/* See provision.h: tokens end. */
#include "nsm/provision/provisioner.h"

#include <poll.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

#include "nsm/provision/connections.h"

#define LOOKS                                                                                                          \
    5                 /* tries before a token counts as lost: SoftHSM writes its file in place, even at each wrong
                       * PIN */
#define LOOK_PAUSE 20 /* ms */

uint64_t natt_provisioner_expires_ms(const natt_state_token *token)
{
    return token->expires_s < UINT64_MAX / 1000 ? token->expires_s * 1000 : UINT64_MAX;
}

bool natt_provisioner_has_expired(const natt_provisioner *p, const natt_state_token *token)
{
    return !token->complete || p->state.other_boot || token->expires_s <= natt_boottime_s();
}

void natt_provisioner_end_connections(natt_provisioner *p)
{
    if (p->state.other_boot)
        return; /* no connections since then */
    p->state.ended_ms = natt_boottime_ms();
    if (p->options.end_connections != NULL)
        p->options.end_connections(p->options.watcher, p->state.ended_ms);
    natt_connections_end(p->state.folder);
}

/*
 * The module no longer shows this token, although it was not removed. SoftHSM loses a token if it is killed
 * while it writes the token's file, even at a login. Connected programs can still sign with its keys. The program that
 * runs p11-kit server ends their connections; the module of nsm/provision/forward refuses them, since the serial number
 * is not in the state.
 */
static void lose(natt_provisioner *p, natt_state_token *token)
{
    if (token->made)
        natt_provisioner_end_connections(p);
    token->made = false;
}

/* If C_InitToken has not returned, a token with this label that refuses our PIN belongs to another program. */
static bool is_of_others(const natt_state_token *token, const natt_provision_error *e)
{
    return !token->made && e->ckr == CKR_PIN_INCORRECT;
}

static bool remove_from_module(natt_provisioner *p, natt_state_token *token, natt_provision_error *err)
{
    natt_provision_error e;
    if (natt_token_remove(p->module, token->label, &token->serial, &e))
        return true;
    if (e.code == NATT_PROVISION_E_NOT_FOUND || is_of_others(token, &e)) {
        lose(p, token);
        return true;
    }
    if (err != NULL)
        *err = e;
    return false;
}

/*
 * Marks the token as incomplete, then removes it from the module, even if the mark cannot be written: a full disk must
 * not prevent the removal. Also ends connections made meanwhile. False: it may still be in the module; *unsaved: why
 * the mark was not written.
 */
static bool take_away(natt_provisioner *p, natt_state_token *token, natt_provision_error *unsaved,
                      natt_provision_error *err)
{
    const bool made = token->made;
    token->complete = false;
    if (made)
        natt_provisioner_end_connections(p);
    (void)natt_state_save(&p->state, unsaved);
    if (!remove_from_module(p, token, err))
        return false;
    if (made)
        natt_provisioner_end_connections(p);
    return true;
}

static bool is_saved(const natt_provision_error *unsaved, natt_provision_error *err)
{
    if (unsaved->code != NATT_PROVISION_OK && err != NULL)
        *err = *unsaved;
    return unsaved->code == NATT_PROVISION_OK;
}

bool natt_provisioner_vacate(natt_provisioner *p, natt_state_token *token, natt_provision_error *err)
{
    natt_provision_error unsaved;
    natt_provision_no_error(&unsaved);
    return take_away(p, token, &unsaved, err) && is_saved(&unsaved, err);
}

bool natt_provisioner_drop(natt_provisioner *p, natt_state_token *token, natt_provision_error *err)
{
    natt_provision_error unsaved;
    if (!take_away(p, token, &unsaved, err))
        return false;
    natt_state_drop(&p->state, token);
    natt_provision_no_error(&unsaved);
    (void)natt_state_save(&p->state, &unsaved);
    return is_saved(&unsaved, err);
}

/* A token that was made here, but whose label and serial number are no longer in the state. */
static bool is_stray(const void *context, const char *label, const natt_token_serial *serial)
{
    const natt_state *state = context;
    for (size_t i = 0; i < state->token_count; i++)
        if (strcmp(state->tokens[i].label, label) == 0 && natt_token_serial_equal(&state->tokens[i].serial, serial))
            return false;
    return natt_state_has_serial(state, serial);
}

/*
 * A program that logs in to a token during its removal can restore its label: SoftHSM writes back what it has read
 * before. Such a token has no keys, but blocks the label.
 */
static bool sweep(natt_provisioner *p, natt_provision_error *err)
{
    return natt_token_sweep(p->module, is_stray, &p->state, err);
}

/* Backwards, since dropping a token moves the later ones. If one cannot be removed, continues; *err is from the last
 * failure. */
static bool drop_expired(natt_provisioner *p, natt_provision_error *err)
{
    natt_provision_error e;
    bool all = true;
    for (size_t i = p->state.token_count; i > 0; i--)
        if (natt_provisioner_has_expired(p, &p->state.tokens[i - 1]) &&
            !natt_provisioner_drop(p, &p->state.tokens[i - 1], &e)) {
            all = false;
            if (err != NULL)
                *err = e;
        }
    p->state.other_boot = p->state.other_boot && !all;
    return all;
}

bool natt_provisioner_clean(natt_provisioner *p, natt_provision_error *err)
{
    return drop_expired(p, err) && sweep(p, err);
}

bool natt_provision_remove_all(natt_provisioner *p, natt_provision_error *err)
{
    natt_provision_no_error(err);
    for (size_t i = 0; i < p->state.token_count; i++)
        p->state.tokens[i].complete = false;
    return drop_expired(p, err);
}

bool natt_provisioner_has(const natt_provisioner *p, const natt_state_token *token, bool *there,
                          natt_provision_error *err)
{
    *there = false;
    for (unsigned looks = 0; looks < LOOKS && !*there; looks++) {
        if (looks > 0)
            (void)poll(NULL, 0, LOOK_PAUSE);
        if (!natt_token_exists(p->module, token->label, &token->serial, there, err))
            return false;
    }
    return true;
}

/* A refresh recreates it; without one it expires. */
static bool note_lost(natt_provisioner *p, natt_provision_error *err)
{
    bool any_lost = false;
    for (size_t i = 0; i < p->state.token_count; i++) {
        natt_state_token *token = &p->state.tokens[i];
        bool there;
        if (token->made && natt_provisioner_has(p, token, &there, NULL) && !there) {
            lose(p, token);
            any_lost = true;
        }
    }
    return !any_lost || natt_state_save(&p->state, err);
}

bool natt_provision_expire(natt_provisioner *p, uint64_t *next_ms, natt_provision_error *err)
{
    natt_provision_no_error(err);
    *next_ms = UINT64_MAX;
    if (!natt_provisioner_clean(p, err) || !note_lost(p, err))
        return false;
    for (size_t i = 0; i < p->state.token_count; i++) {
        uint64_t at_ms = natt_provisioner_expires_ms(&p->state.tokens[i]);
        *next_ms = at_ms < *next_ms ? at_ms : *next_ms;
    }
    return true;
}

uint64_t natt_provision_ended_ms(const natt_provisioner *p)
{
    return p->state.ended_ms;
}

uint64_t natt_provision_made_ms(const natt_provisioner *p)
{
    return p->state.made_ms;
}

bool natt_provision_was_removed(const natt_provisioner *p, const char *label)
{
    return natt_state_was_removed(&p->state, label);
}

bool natt_provision_is_lost(natt_provisioner *p, const char *label)
{
    const natt_state_token *token = natt_state_find(&p->state, label);
    return token == NULL ? !natt_state_was_removed(&p->state, label) : !token->made;
}
