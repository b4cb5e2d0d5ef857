-- one row per person to ask
-- why: non-response is no answer to two consecutive messages within 14 days, exactly (section 2.2 of the paper)
-- respondent_id: random, says nothing about the person
-- messages_sent: messages that went out
-- messages_delivered: messages that went out and did not bounce
-- closes_at: last instant at which an answer is in time, in UTC; null while a message is still to be sent
-- answered_at: first answer, in UTC; null without one
-- outcome: answered, answered late, no response, waiting, bounced or not asked yet
with messages as (
    select
        respondent_id,
        occurred_at as sent_at,
        lead(occurred_at) over (partition by respondent_id order by occurred_at) as next_sent_at
    from survey.events
    where event in ('sent', 'second message')
),

bounces as (
    select
        respondent_id,
        occurred_at as bounced_at
    from survey.events
    where event = 'bounced'
),

delivered as (
    -- what bounces is the last message before
    select
        messages.respondent_id,
        messages.sent_at,
        not exists (
            select 1
            from bounces
            where
                bounces.respondent_id = messages.respondent_id
                and bounces.bounced_at >= messages.sent_at
                and coalesce(bounces.bounced_at < messages.next_sent_at, true)
        ) as is_delivered
    from messages
),

counted as (
    select
        respondent_id,
        count(*) as messages_sent,
        count(*) filter (where is_delivered) as messages_delivered,
        min(sent_at) filter (where is_delivered) as first_delivered_at,
        max(sent_at) filter (where is_delivered) as last_delivered_at
    from delivered
    group by respondent_id
),

answers as (
    select
        respondent_id,
        occurred_at as answered_at
    from survey.events
    where event = 'answered'
    union all
    select
        respondent_id,
        answered_at
    from survey.sheets
),

answered as (
    select
        respondent_id,
        min(answered_at) as answered_at
    from answers
    group by respondent_id
),

people as (
    select
        people.respondent_id,
        answered.answered_at,
        coalesce(counted.messages_sent, 0) as messages_sent,
        coalesce(counted.messages_delivered, 0) as messages_delivered,
        case
            when counted.messages_delivered >= $messages
                then case $counted_from
                    when 'first message' then counted.first_delivered_at else counted.last_delivered_at
                end + to_days($days_to_answer)
        end as closes_at
    from survey.people
    left join counted using (respondent_id)
    left join answered using (respondent_id)
),

final as (
    select
        respondent_id,
        messages_sent,
        messages_delivered,
        closes_at,
        answered_at,
        case
            when answered_at > closes_at then 'answered late'
            when answered_at is not null then 'answered'
            when messages_sent = 0 then 'not asked yet'
            when messages_delivered = 0 then 'bounced'
            when $now::timestamp > closes_at then 'no response'
            else 'waiting'
        end as outcome
    from people
)

select * from final
