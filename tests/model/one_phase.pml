/*
 * One batch of a one-phase provider: two racing workers, leases that end at
 * any moment, kills at every step, a network that loses requests and answers,
 * callbacks that repeat and lie.  Each atomic block is one transaction, or one
 * step of the provider.  States and events carry the names of
 * engine/book/states.c; run.t holds them against it.
 *
 *   INTENT 1  the attempt is committed before the request (0 must fail)
 *   DOOR   1  the door commits left_at before the first byte (0 must fail)
 *   PARK   1  unknown stays with a person (0: sent again when a look at the
 *             provider's list does not find it; must fail)
 *   VERIFY 1  a callback only makes us ask (0: it is believed; must fail)
 */
mtype = { ready, sending, in_flight, in_doubt, done };
mtype = { undecided, paid, failed };

mtype st = ready, verdict = undecided;
byte epoch = 0;
bool left = false;              /* attempt.left_at of the present claim */
byte claims = 0, lost = 0;
byte wire = 0;                  /* requests on their way to the provider */
byte moved = 0;                 /* how often money left the account */
byte taken = 0, refused = 0;    /* what the provider did with requests */
bool called = false, forged = false;

/* The only place where a payment gets its end: the provider was asked. */
inline settle() {
    if
    :: verdict == undecided && moved > 0 -> verdict = paid
    :: verdict == undecided && moved == 0 && refused > 0 && taken == 0 ->
        verdict = failed
    :: else -> skip
    fi
}

proctype worker() {
    byte mine = 0, had_taken = 0, had_refused = 0;

end:
    do
    :: atomic { st == ready && claims < 3 ->            /* claim_send */
           claims++; epoch++; mine = epoch; left = false;
           had_taken = taken; had_refused = refused;
           if :: INTENT -> st = sending :: else -> skip fi }
       if
       :: skip                                  /* killed before the door */
       :: atomic { (!INTENT || (st == sending && epoch == mine)) ->
              if :: DOOR -> left = true :: else -> skip fi }
          if
          :: skip                               /* killed behind the door */
          :: atomic { wire++ }                  /* it leaves, even a zombie's */
             if
             :: skip                            /* killed: no answer seen */
             :: atomic { taken > had_taken ->   /* taken */
                    if
                    :: epoch == mine && (st == sending || !INTENT) ->
                        st = in_flight
                    :: else -> skip
                    fi }
             :: atomic { refused > had_refused ->       /* not_sent: a refusal */
                    if
                    :: epoch == mine && st == sending && taken == 0 ->
                        verdict = failed; st = done
                    :: else -> skip
                    fi }
             :: atomic { if                     /* no_answer */
                         :: epoch == mine && st == sending -> st = in_doubt
                         :: else -> skip
                         fi }
             fi
          fi
       fi
    od
}

/* The lease ends whenever it likes. */
proctype leases() {
end:
    do
    :: atomic { st == sending && left -> st = in_doubt }        /* no_answer */
    :: atomic { st == sending && !left -> st = ready }          /* not_sent */
    od
}

proctype provider() {
end:
    do
    :: atomic { wire > 0 && lost < 2 -> wire--; lost++ }        /* lost */
    :: atomic { wire > 0 -> wire--;
           if
           :: taken++; moved++; called = true
           :: refused++
           fi }
    od
}

/* Pages of the provider's list.  Absence proves nothing. */
proctype tracker() {
end:
    do
    :: atomic { ((st == in_flight || st == in_doubt) && taken > 0 &&
                 verdict == undecided) -> st = in_flight; settle() }
    :: atomic { st == in_flight && verdict != undecided -> st = done }
    :: atomic { !PARK && st == in_doubt && taken == 0 && claims < 3 ->
           st = ready }
    od
}

proctype callbacks() {
end:
    do
    :: atomic { called && verdict == undecided ->
           if :: VERIFY -> settle() :: !VERIFY -> verdict = paid fi }
    :: atomic { !forged -> forged = true;
           if
           :: VERIFY -> skip
           :: !VERIFY && verdict == undecided -> verdict = paid
           :: else -> skip
           fi }
    od
}

init { atomic { run worker(); run worker(); run leases(); run provider();
                run tracker(); run callbacks() } }

#define twice   (moved > 1)
#define ghost   (verdict == paid && moved == 0)
#define gone    (verdict == failed && moved > 0)
ltl safe { [] !(twice || ghost || gone) }
/* Ended, in front of a person, or (three claims of this model used up without
 * a byte leaving) still ready. */
ltl ends { <> [] (st == done || st == in_doubt || st == in_flight ||
                  (st == ready && claims == 3)) }
ltl can_pay { [] !(st == done && verdict == paid && moved == 1) }
