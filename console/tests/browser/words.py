"""What the buttons and fields of the tour are called, word for word, in both languages.

The English is the key. The French is the tutorial's (console-ux 3); a page that says something else
makes the tour fail.
"""

from __future__ import annotations

FRENCH = {
    "Sign in": "Se connecter",
    "Email or user name": "E-mail ou nom d'utilisateur",
    "Password": "Mot de passe",
    "Add application": "Ajouter une application",
    "Create": "Créer",
    "Connect": "Connecter",
    "Region": "Région",
    "Simulator on this machine": "Simulateur sur cette machine",
    "Tenant URL": "URL du locataire",
    "Secret token": "Jeton secret",
    "Test Connection": "Tester la connexion",
    "Save": "Enregistrer",
    "Users and groups": "Utilisateurs et groupes",
    "Assign": "Attribuer",
    "Assign users and groups": "Attribuer des utilisateurs et des groupes",
    "Default Access": "Accès par défaut",
    "Provision on demand": "Approvisionnement à la demande",
    "Provision": "Approvisionner",
    "Notifications": "Notifications",
    "Notification email": "E-mail de notification",
    "Send an email notification when a failure occurs": (
        "Envoyer une notification par e-mail en cas de défaillance"
    ),
    "Mappings": "Mappages",
    "Synchronize directory users to Genesys Cloud": (
        "Synchroniser les utilisateurs de l'annuaire sur Genesys Cloud"
    ),
    "Synchronize directory groups to Genesys Cloud": (
        "Synchroniser les groupes de l'annuaire sur Genesys Cloud"
    ),
    "Matching precedence": "Priorité des correspondances",
    "Scope": "Étendue",
    "Sync only assigned users and groups": (
        "Synchroniser uniquement les utilisateurs et groupes attribués"
    ),
    "Change preview": "Aperçu des modifications",
    "Approve and start": "Approuver et démarrer",
    "Overview": "Vue d'ensemble",
    "Provisioning logs": "Journaux d'approvisionnement",
    "Everything": "Tout",
    "Stop provisioning": "Arrêter l'approvisionnement",
    "Settings": "Paramètres",
    "Provisioning mode": "Mode d'approvisionnement",
    "Automatic": "Automatique",
    "Provisioning status": "État d'approvisionnement",
    "Excluded (Default Access)": "Exclu (Accès par défaut)",
}


def said(english: str, language: str) -> str:
    """The words of a page in this language. Names are the same in both."""
    return FRENCH.get(english, english) if language == "fr" else english
