// Decides how contacts, guidance and villages are shown: whom to call, what to do, who is in danger.

import type { ReactNode } from 'react'
import type { SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { Contact } from '@tocsin/core/domain/site.ts'
import { count } from '../format/number.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { peopleOf } from './describe.ts'

export function Phone({ contact }: { readonly contact: Contact }): ReactNode {
  return <a href={`tel:${contact.phone.replaceAll(/[^\d+]/g, '')}`}>{contact.phone}</a>
}

interface SiteProps {
  readonly site: SiteInfo | undefined
  readonly most: number
}

/** Role and name; one of them where the other says no more. */
export function contactName({ role, name }: Contact): string {
  if (name === '' || role.includes(name)) return role
  return name.includes(role) ? name : `${role} ${name}`
}

export function Contacts({ site, most, isShort = false }: SiteProps & { readonly isShort?: boolean }): ReactNode {
  const { alarm } = useTexts()
  const contacts = site?.contacts ?? []
  return (
    <section className="sec">
      <h2>
        {alarm.contacts} <span>{alarm.contactsHint}</span>
      </h2>
      {contacts.length === 0 ? (
        <p className="q">{alarm.noContacts}</p>
      ) : (
        <table className="kv">
          <tbody>
            {contacts.slice(0, most).map((contact) => (
              <tr key={`${contact.role} ${contact.phone}`}>
                <td title={contactName(contact)}>{isShort ? contact.role : contactName(contact)}</td>
                <td className="n c-tel">
                  <Phone contact={contact} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

export function Guidance({ site, most }: SiteProps): ReactNode {
  const { alarm } = useTexts()
  const steps = site?.guidance ?? []
  return (
    <section className="sec">
      <h2>{alarm.guidance}</h2>
      {steps.length === 0 ? (
        <p className="q">{alarm.noGuidance}</p>
      ) : (
        <ol className="ol">
          {steps.slice(0, most).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** What to do while the page is blind. */
export function LostGuidance(): ReactNode {
  const { band } = useTexts()
  return (
    <section className="sec">
      <h2>
        {band.guidance} <span>{band.guidanceHint}</span>
      </h2>
      <ol className="ol">
        {band.guidanceSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  )
}

export function Villages({ site, most }: SiteProps): ReactNode {
  const { alarm, reach, people } = useTexts()
  if (site === undefined) return null
  if (site.villages.length === 0) return null
  return (
    <section className="sec">
      <h2>
        {alarm.villages(reach[site.hazard], site.villages.length)}{' '}
        <span>
          <b>{people(count(peopleOf(site)))}</b>
        </span>
      </h2>
      <table className="tb">
        <thead>
          <tr>
            <th>{alarm.village}</th>
            <th className="n">{alarm.villagePeople}</th>
            <th className="n">{alarm.distance}</th>
            <th className="n">{alarm.speakers}</th>
            <th className="n">{alarm.villageContact}</th>
          </tr>
        </thead>
        <tbody>
          {site.villages.slice(0, most).map((village) => (
            <tr key={village.area}>
              <td title={village.area}>{village.name}</td>
              <td className="n">{count(village.people)}</td>
              <td className="n">{village.distanceKm.toFixed(1)}</td>
              <td className="n">{village.terminals}</td>
              <td className="n">{village.contacts[0] === undefined ? '—' : <Phone contact={village.contacts[0]} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
