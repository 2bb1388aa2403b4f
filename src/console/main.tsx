import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/forms.css'
import './styles/frame.css'
import './styles/tables.css'
import './styles/parts.css'
import './styles/pages.css'
import './styles/cases.css'
import './styles/control.css'
import './styles/public.css'

const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no element for the console')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
